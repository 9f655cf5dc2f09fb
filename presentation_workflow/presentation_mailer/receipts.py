"""The receipts of a batch of letters, in plain SQL: one statement for all of them before, one for
each or for some, one after."""

import logging
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from contracts.messages import PresentationDecided, PresentationNotified
from messaging import metrics
from messaging.outbox import publish_all
from presentation_mailer import smtp
from presentation_mailer.models import Letter, State

log = logging.getLogger(__name__)

# In the order of the ids, so that two workers with some of the same never wait for each other in a circle. Nobody waits
# for the disk: a receipt that a crash loses is made again.
MAKE = """
    SET LOCAL synchronous_commit = off;
    INSERT INTO presentation_mailer_letter AS letter (message_id, recipient, subject, state, ambiguous)
    SELECT id, recipient, %s, 'waiting', 0 FROM unnest(%s::uuid[], %s::text[]) AS fresh (id, recipient) ORDER BY id
    ON CONFLICT (message_id) DO NOTHING
"""
BEGIN = """
    UPDATE presentation_mailer_letter AS letter
       SET state = told.state, sent_at = CASE told.state WHEN 'sent' THEN now() END
      FROM unnest(%s::uuid[], %s::text[], %s::text[]) AS told (id, state, so_far)
     WHERE letter.message_id = told.id AND letter.state = told.so_far
    RETURNING letter.message_id, letter.state
"""
WRITE = """
    UPDATE presentation_mailer_letter AS letter
       SET state = told.state, last_error = coalesce(told.error, last_error),
           sent_at = CASE told.state WHEN 'sent' THEN coalesce(sent_at, now()) END
      FROM unnest(%s::uuid[], %s::text[], %s::text[]) AS told (id, state, error)
     WHERE letter.message_id = told.id AND (told.state = 'sent' OR letter.state IN ('sending', 'waiting'))
    RETURNING letter.message_id, letter.sent_at
"""


def until_one_comes_again(messages: Sequence[PresentationDecided]) -> list[PresentationDecided]:
    """Those before the first whose id is there already: one statement makes one receipt for each."""
    firsts: dict[UUID, PresentationDecided] = {}
    for message in messages:
        if message.message_id in firsts:
            break
        firsts[message.message_id] = message
    return list(firsts.values())


def make(messages: Sequence[PresentationDecided], subject: str) -> None:
    """A receipt for each that has none."""
    with connection.cursor() as cursor:
        cursor.execute(MAKE, [subject, [m.message_id.hex for m in messages], [m.presenter_email for m in messages]])


def begin(messages: Sequence[PresentationDecided], before: Mapping[UUID, State]) -> dict[UUID, str]:
    """Note that these letters are about to be handed over, and how those before them ended; safe on disk.

    Returns of each of these `sending` if it may go out, `sent` if it did before, `held` if nobody knows.
    """
    ids = [message.message_id for message in messages]
    told = [(id_.hex, State.SENDING, State.WAITING) for id_ in ids]
    told += [(id_.hex, ended, State.SENDING) for id_, ended in before.items()]
    with connection.cursor() as cursor:
        cursor.execute(BEGIN, [list(column) for column in zip(*told, strict=True)])
        begun = {UUID(str(id_)) for id_, state in cursor.fetchall() if state == State.SENDING}
    return {
        message.message_id: State.SENDING if message.message_id in begun else _begin_again(message)
        for message in messages
    }


def write(
    messages: Sequence[PresentationDecided], ended: Mapping[UUID, State], errors: Mapping[UUID, Exception]
) -> None:
    """Note how these ended, `sent` or `waiting`, and tell the monolith of those that were sent and name a presentation.

    Also of letters that were sent before: it may not have heard. One transaction.
    """
    told = [message.message_id for message in messages if message.message_id in ended]
    if not told:
        return
    why = [str(errors[id_]) if id_ in errors else None for id_ in told]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(WRITE, [[id_.hex for id_ in told], [ended[id_] for id_ in told], why])
        sent_at = {UUID(str(id_)): moment for id_, moment in cursor.fetchall()}
        publish_all(
            [
                PresentationNotified(presentation_id=each.presentation_id, notified=sent_at[each.message_id])
                for each in messages
                if each.presentation_id and ended.get(each.message_id) == State.SENT
            ]
        )


def _begin_again(message: PresentationDecided) -> str:
    """The same for one that does not wait: it was sent, is held, or a try ended without an answer."""
    with transaction.atomic():
        letter = Letter.objects.select_for_update().get(message_id=message.message_id)
        if letter.state == State.SENT:
            metrics.DUPLICATES.labels(message.type).inc()
            log.info("letter %s came again; it was sent before", letter.message_id)
            return State.SENT
        if letter.begin_to_send(settings.EMAIL_AMBIGUOUS):
            smtp.AMBIGUOUS.labels(settings.EMAIL_AMBIGUOUS).inc()
            log.warning("letter %s may have gone out before: %s", letter.message_id, settings.EMAIL_AMBIGUOUS)
        letter.save(update_fields=["state", "ambiguous"])
        return str(letter.state)
