"""What this service knows of a message: its outbox, and the letters it stands for."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import CharField
from django.db.models.functions import Cast
from django.utils import timezone

from messaging.whereabouts import Question, of_outbox
from messaging.whereabouts.totals import stored
from presentation_mailer.in_hand import key_of
from presentation_mailer.models import Letter, State
from presentation_mailer.smtp import TAKES_NONE

HELD_TOGETHER = 100  # letters among which to look for one that is refused: more than the workers hold at a time

# The lock of `in_hand`: its 64-bit key stands in two columns. Since when its session waits for the mail server.
IN_HAND = """
    SELECT extract(epoch FROM greatest(clock_timestamp() - state_change, interval '0'))
      FROM pg_locks JOIN pg_stat_activity USING (pid) JOIN pg_database ON pg_database.oid = pg_locks.database
     WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND pg_database.datname = current_database()
       AND ((classid::bigint << 32) | objid::bigint) = %s
"""


def facts(asked: Question) -> dict[str, Any]:
    """Under `letters` what became of each of these messages; the rest as messaging.whereabouts has it. A letter that
    went out is the receipt of its message, so those are what `received` counts."""
    known = {
        str(letter.pk): {
            "state": letter.state, "recipient": letter.recipient, "sent": letter.sent_at,
            "last_error": letter.last_error, "begun_for": (timezone.now() - letter.created_at).total_seconds(),
        }
        for letter in Letter.objects.filter(pk__in=asked.message_ids)
    }  # fmt: skip
    for message_id in asked.message_ids:
        letter = known.setdefault(str(message_id), {"state": "none"})
        letter["in_hand_for"] = _in_hand_for(message_id)
        if letter["state"] in ("none", State.WAITING) and not letter.get("last_error"):
            letter["behind"] = _refused_before(message_id)
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    return {
        "service": settings.SERVICE_NAME, "letters": known, "mail_server": where,
        **of_outbox(asked.message_ids, asked.subjects), **(_totals(asked.since) if asked.since else {}),
    }  # fmt: skip


def _totals(since: UUID) -> dict[str, Any]:
    ids = Cast("message_id", CharField())
    sent = Letter.objects.annotate(words=ids).filter(pk__gte=since, words__regex="^.{14}7", state=State.SENT)
    return {"stored": stored(since), "received": sent.count()}


def _refused_before(message_id: UUID) -> str:
    """Why the mail server takes no letter, of one that a worker tries before this one; empty where it does."""
    before = Letter.objects.filter(pk__lt=message_id).order_by("-pk").values_list("state", "last_error")[:HELD_TOGETHER]
    return next((why for state, why in before if state == State.WAITING and why.startswith(TAKES_NONE)), "")


def _in_hand_for(message_id: UUID) -> float | None:
    """For how many seconds a worker has been at it; None when none is."""
    with connection.cursor() as cursor:
        cursor.execute(IN_HAND, [key_of(message_id)])
        found = cursor.fetchone()
    return float(found[0]) if found else None
