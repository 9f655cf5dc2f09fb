"""What we write to presenters, and that each of them reads it once."""

from collections.abc import Sequence
from time import monotonic
from uuid import UUID

from django.conf import settings

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
    operator has found out (`manage.py letters`) and replays the dead letter. It is one letter, whatever the batch,
    where a connection is lost; up to EMAIL_IN_DOUBT of them where the worker itself ends.
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
    before: dict[UUID, State] = {}
    end = monotonic() + WINDOW
    for first in range(0, len(batch), settings.EMAIL_IN_DOUBT):
        group = batch[first : first + settings.EMAIL_IN_DOUBT]
        ended, before = _hand_over_together(group, wording, before, end)
        for message_id, state in before.items():
            _untold[message_id] = state
        outcomes += ended
        if len(ended) < len(group) or _is_over(ended[-1], end):
            break
    return outcomes


def _hand_over_together(
    group: Sequence[PresentationDecided], wording: Wording, before: dict[UUID, State], end: float
) -> tuple[list[Exception | None], dict[UUID, State]]:
    """How these ended, of which a crash leaves nobody knowing: up to an outage, or until `end`; and what is certain."""
    certain = {each.message_id: _untold.get(each.message_id, State.WAITING) for each in group}
    fresh = [each for each in group if certain[each.message_id] != State.SENT]
    try:
        with errors_as_outages():
            states = receipts.begin(fresh, before) if fresh else {}
    except Exception as error:  # noqa: BLE001 - it is the outcome of the first of them
        return [error], certain
    outcomes: list[Exception | None] = []
    for message in group:
        outcomes.append(_send_one(message, wording, states.get(message.message_id, State.SENT), certain))
        if _is_over(outcomes[-1], end):
            break
    return outcomes, certain


def _is_over(outcome: Exception | None, end: float) -> bool:
    return monotonic() > end or (outcome is not None and _befalls_all(outcome))


def _befalls_all(error: Exception) -> bool:
    return isinstance(error, Outage) and not isinstance(error, NotYet)


def _send_one(
    message: PresentationDecided, wording: Wording, state: str, certain: dict[UUID, State]
) -> Exception | None:
    """How a letter ended that was begun, or with what; noted in `certain`, unless nobody knows."""
    if state == State.HELD:
        return Permanent("the letter may or may not have gone out: find out, say so with `letters`, and replay it")
    try:
        if state == State.SENDING:
            smtp.deliver(compose(message, wording))
    except smtp.Unanswered as error:
        del certain[message.message_id]
        return error
    except Exception as error:  # noqa: BLE001 - it is the outcome of this letter
        return error
    certain[message.message_id] = State.SENT
    return None


def _tell(messages: Sequence[PresentationDecided], errors: dict[UUID, Exception]) -> None:
    """Have the database know what is in `_untold` of these."""
    with errors_as_outages():
        receipts.write(messages, _untold, errors)
    for each in messages:
        _untold.pop(each.message_id, None)
