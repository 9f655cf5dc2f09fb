"""What we write to presenters, and that each of them reads it once."""

from collections.abc import Sequence
from time import monotonic
from uuid import UUID

from contracts.messages import PresentationDecided
from messaging.errors import NotYet, Outage, Permanent
from messaging.inbox import errors_as_outages
from presentation_mailer import receipts, smtp
from presentation_mailer.in_hand import in_hand
from presentation_mailer.models import State
from presentation_mailer.wording import Wording, compose

BATCH = 10  # letters at most
WINDOW = 1.0  # seconds after which no further letter of a batch is begun: until its end none is acknowledged


# How letters ended of which the database does not know yet, because it went away in between.
_untold: dict[UUID, State] = {}


def send_each(messages: Sequence[PresentationDecided], wording: Wording) -> list[Exception | None]:
    """Send these letters in their order, unless they were sent before; a batch of them, which is one at least.

    Returns how each of the batch ended: with None, or with what smtp.deliver raises. Nothing was begun of the others.
    Raises Outage when the first met one; another that does ends the batch.

    Between handing a letter over and noting that, there is a moment in which a crash leaves nobody knowing. Then
    EMAIL_AMBIGUOUS decides: `resend` sends it again under the same Message-ID, `hold` makes it Permanent until an
    operator has found out (`manage.py letters`) and replays the dead letter. It is one letter, whatever the batch.
    """
    batch = receipts.until_one_comes_again(messages[:BATCH])
    with in_hand([message.message_id for message in batch]) as held:
        return _send(batch[:held], wording)


def _send(batch: Sequence[PresentationDecided], wording: Wording) -> list[Exception | None]:
    _tell([each for each in batch if _untold.get(each.message_id) == State.WAITING], {})
    with errors_as_outages():
        receipts.make(batch, wording.subject)
    outcomes = _hand_over(batch, wording)
    _tell(batch, {each.message_id: error for each, error in zip(batch, outcomes, strict=False) if error})
    last = outcomes[-1]
    if last and _befalls_all(last):
        outcomes.pop()
        if not outcomes:
            raise last
    return outcomes


def _hand_over(batch: Sequence[PresentationDecided], wording: Wording) -> list[Exception | None]:
    """How the letters ended, up to an outage if there is one; what is certain of them is in `_untold` then."""
    outcomes: list[Exception | None] = []
    before, end = None, monotonic() + WINDOW
    for message in batch:
        try:
            if _untold.get(message.message_id) != State.SENT:
                _send_one(message, wording, before)
        except Exception as error:  # noqa: BLE001 - it is the outcome of this letter
            outcomes.append(error)
            if not isinstance(error, smtp.Unanswered):
                _untold[message.message_id] = State.WAITING
            if _befalls_all(error):
                break
        else:
            outcomes.append(None)
            _untold[message.message_id] = State.SENT
        before = message.message_id, _untold[message.message_id]
        if monotonic() > end:
            break
    return outcomes


def _befalls_all(error: Exception) -> bool:
    return isinstance(error, Outage) and not isinstance(error, NotYet)


def _send_one(message: PresentationDecided, wording: Wording, before: tuple[UUID, State] | None) -> None:
    with errors_as_outages():
        state = receipts.begin(message, before)
    if state == State.HELD:
        raise Permanent("the letter may or may not have gone out: find out, say so with `letters`, and replay it")
    if state == State.SENDING:
        smtp.deliver(compose(message, wording))


def _tell(messages: Sequence[PresentationDecided], errors: dict[UUID, Exception]) -> None:
    """Have the database know what is in `_untold` of these."""
    with errors_as_outages():
        receipts.write(messages, _untold, errors)
    for each in messages:
        _untold.pop(each.message_id, None)
