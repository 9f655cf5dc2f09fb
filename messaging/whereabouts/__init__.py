"""What one service's database knows of a message, or of all messages about a subject: for whoever asks why one did
not arrive. Looks only; needs no broker."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.apps import apps

from messaging.database import connection

LATEST = 10  # rows: somebody asks about one message, or about what came last

ROWS = """
    SELECT message_id, type, subject, exchange, routing_key, body, created_at, sent_at, attempts, last_error, resent,
           extract(epoch FROM next_try_at - now()), extract(epoch FROM now() - created_at),
           extract(epoch FROM now() - sent_at),
           (SELECT min(held.message_id::text) FROM outbox_outboxmessage AS held
             WHERE held.attempts > 0 AND held.sent_at IS NULL
               AND held.next_try_at > now() AND held.next_try_at <= now() + interval '1 minute'
               AND held.subject = row.subject AND held.id < row.id)
      FROM outbox_outboxmessage AS row WHERE message_id = ANY(%s::uuid[]) OR subject = ANY(%s)
     ORDER BY id DESC LIMIT %s
"""
NAMES = (
    "message_id", "type", "subject", "exchange", "routing_key", "body", "created", "sent", "attempts", "last_error",
    "resent", "next_try_in", "stored_for", "sent_for", "behind",
)  # fmt: skip
RELAYS = """
    SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
     WHERE locktype = 'advisory' AND objid = %s AND granted AND datname = current_database()
"""
RECEIPTS = "SELECT message_id, handler, received_at FROM inbox_receipt WHERE message_id = ANY(%s::uuid[])"


def of_outbox(message_ids: Sequence[UUID], subjects: Sequence[str]) -> dict[str, Any]:
    """Under `outbox` the latest rows, with seconds until the next try and since each step; under `relays` how many
    relays hold the lock now; under `pending` how many rows wait. Empty in a service that publishes nothing."""
    if not apps.is_installed("messaging.outbox"):
        return {}
    from messaging.outbox.leader import RELAY_LOCK
    from messaging.outbox.rows import backlog

    with connection.cursor() as cursor:
        cursor.execute(RELAYS, [RELAY_LOCK])
        (relays,) = cursor.fetchone()
        rows = []
        if message_ids or subjects:
            cursor.execute(ROWS, [list(map(str, message_ids)), list(subjects), LATEST])
            rows = [_row(values) for values in cursor.fetchall()]
    pending, oldest = backlog()
    return {"outbox": rows, "relays": relays, "pending": pending, "oldest_seconds": oldest}


def receipts(message_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Which handlers had these messages, and when."""
    with connection.cursor() as cursor:
        cursor.execute(RECEIPTS, [list(map(str, message_ids))])
        names = ("message_id", "handler", "received")
        return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]


class Question(NamedTuple):
    """What is asked: about which messages and subjects, and from which message on the totals are wanted."""

    message_ids: list[UUID]
    subjects: list[str]
    since: UUID | None


def read_question(question: dict[str, list[str]]) -> Question:
    """The question in `?message=…&subject=…&since=…`. Raises ValueError for an id that is none."""
    since = question.get("since", [])
    return Question(
        [UUID(each) for each in question.get("message", [])],
        question.get("subject", []),
        UUID(since[0]) if since else None,
    )


def _row(values: Sequence[Any]) -> dict[str, Any]:
    row = dict(zip(NAMES, values, strict=True))
    row["body"] = json.loads(bytes(row["body"]))
    for name in ("next_try_in", "stored_for", "sent_for"):
        row[name] = None if row[name] is None else round(float(row[name]), 1)
    return row
