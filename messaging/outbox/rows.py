"""Rows of the outbox are stored, marked and counted here, and read in `messaging.outbox.pending`. In plain SQL: through
the ORM, reading and marking would cost a third of the relay's rate.

What `store` writes is part of the caller's transaction; every other statement is its own.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from messaging.database import connection
from messaging.errors import OutsideTransaction
from messaging.message import Wire
from messaging.outbox.notification import wake_relay, wake_relay_after_commit

AGAIN_DAYS = 365  # what nobody confirmed for so long is no longer sent again: receipts are kept for longer
STORE = """
    INSERT INTO outbox_outboxmessage (message_id, type, subject, exchange, routing_key, body, headers)
    SELECT * FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bytea[], %s::jsonb[])
"""

# No more than a batch, which frees the next: where a queue has room for a few only, the others are not tried in vain.
TRY_NOW = """
    UPDATE outbox_outboxmessage SET next_try_at = now()
     WHERE id IN (SELECT id FROM outbox_outboxmessage
                   WHERE sent_at IS NULL AND attempts > 0 AND next_try_at > now()
                     AND exchange = %s AND routing_key = %s
                   ORDER BY id LIMIT 500)
"""


def store(wires: Sequence[Wire], subjects: Sequence[str]) -> None:
    """See messaging.outbox.publish_all."""
    if not wires:
        return
    if not connection.in_atomic_block:
        raise OutsideTransaction(f"publish({wires[0].type}) needs a transaction around it: use transaction.atomic")
    with connection.cursor() as cursor:
        cursor.execute(
            STORE,
            [
                [str(wire.id) for wire in wires],
                [wire.type for wire in wires],
                list(subjects),
                [wire.exchange for wire in wires],
                [wire.key for wire in wires],
                [wire.body for wire in wires],
                [json.dumps(wire.headers) for wire in wires],
            ],
        )
    wake_relay_after_commit()


def backlog() -> tuple[int, float]:
    """How many rows are pending, and for how many seconds the oldest of them has been, by the database's clock."""
    rows, _, seconds = oldest()
    return rows, seconds


def oldest() -> tuple[int, int | None, float]:
    """The same, and in between the id of the oldest; None without any."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), min(id), greatest(0, coalesce(extract(epoch FROM now() - min(created_at)), 0))"
            " FROM outbox_outboxmessage WHERE sent_at IS NULL"
        )
        rows, id_, seconds = cursor.fetchone()
        return rows, id_, float(seconds)


def mark_sent(ids: Sequence[int]) -> None:
    """These are safe in RabbitMQ. Where one of them had been put off, others of its address are tried now."""
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH sent AS (UPDATE outbox_outboxmessage SET sent_at = now() WHERE id = ANY(%s)
                          RETURNING attempts, exchange, routing_key)
            SELECT DISTINCT exchange, routing_key FROM sent WHERE attempts > 0
            """,
            [list(ids)],
        )
        for exchange, key in cursor.fetchall():
            cursor.execute(TRY_NOW, [exchange, key])
            wake_relay()


def put_off(ids: Sequence[int], why: str, first_after: int = 4) -> None:
    """The broker would not have these: try again after a pause that doubles from 1 s to a minute; to `first_after`
    seconds only for the first of each address, which finds out for all others when the way is free again
    (`mark_sent`)."""
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE outbox_outboxmessage AS row
               SET attempts = least(attempts + 1, 1000), last_error = %s,
                   next_try_at = now() + interval '1 second' *
                       least(2 ^ least(attempts, 6), CASE WHEN row.id = first.id THEN %s ELSE 60 END)
              FROM (SELECT exchange, routing_key, min(id) AS id FROM outbox_outboxmessage WHERE id = ANY(%s)
                     GROUP BY exchange, routing_key) AS first
             WHERE row.id = ANY(%s) AND (row.exchange, row.routing_key) = (first.exchange, first.routing_key)
            """,
            [why, first_after, list(ids), list(ids)],
        )


def send_again(subjects: Sequence[str], unconfirmed_for: timedelta) -> int:
    """Make these subjects' messages pending again, under their ids, and count them.

    Only those sent so long ago; and twice, four times, … as long ago for each time that this was done before. Those
    that were sent in the future too: the clock was put back since, and nobody knows how long ago it was. None that is
    older than AGAIN_DAYS.
    """
    if not subjects:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE outbox_outboxmessage SET sent_at = NULL, resent = least(resent + 1, 20)
             WHERE subject = ANY(%s) AND created_at > now() - %s * interval '1 day'
               AND (sent_at < now() - 2 ^ resent * %s * interval '1 second' OR sent_at > now())
            """,
            [list(subjects), AGAIN_DAYS, unconfirmed_for.total_seconds()],
        )
        return int(cursor.rowcount)


def send_again_since(subjects: Sequence[str], since: datetime) -> int:
    """Make pending again, under their ids, what was sent about these subjects from `since` on, and count it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE outbox_outboxmessage SET sent_at = NULL WHERE subject = ANY(%s) AND sent_at >= %s",
            [list(subjects), since],
        )
        return int(cursor.rowcount)


def forget(ids: Sequence[UUID]) -> None:
    """Delete these messages, sent or not: nobody wants to know what became of them."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM outbox_outboxmessage WHERE message_id = ANY(%s::uuid[])", [[id.hex for id in ids]])
