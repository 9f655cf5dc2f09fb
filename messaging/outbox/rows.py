"""The outbox table in plain SQL: through the ORM, reading and marking would cost a third of the relay's rate.

What `store` writes is part of the caller's transaction; every other statement is its own.
"""

import json
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import Error, transaction

from messaging.database import alias, connection
from messaging.errors import OutsideTransaction
from messaging.message import Wire

CHANNEL = "outbox"  # of NOTIFY
AGAIN_DAYS = 365  # what nobody confirmed for so long is no longer sent again: receipts are kept for longer
# The session of the relay. The statistics are of a table in which next to nothing is pending: after an outage they
# would have every read of a batch sort all that is. And nobody waits for the disk to have a mark: one that a crash
# loses is a message sent again, under its id. The statement that each piece of news has it execute is planned once.
#
# Held back by a row that was put off: that it is unsent goes without saying, as its next try is still to come; said, it
# would have the planner, whose statistics know of no unsent rows, look through all of them for each. What is busy
# is a subquery because a plan that is kept looks that up in a hash, but goes through an array from end to end.
#
# The database's clock may be put back, or forward and back: a row that was never tried asks no clock, and no pause is
# longer than a minute (`put_off`): what would have to wait longer has its time from another clock, and waits no more.
SESSION = """
    DEALLOCATE ALL;
    SET enable_sort = off; SET enable_bitmapscan = off; SET enable_seqscan = off; SET synchronous_commit = off;
    PREPARE pending (text[], int) AS
    SELECT id, subject, message_id, exchange, routing_key, type, body, headers
      FROM outbox_outboxmessage AS row
     WHERE sent_at IS NULL AND subject NOT IN (SELECT unnest($1))
       AND (attempts = 0 OR next_try_at <= now() OR next_try_at > now() + interval '1 minute')
       AND NOT EXISTS (SELECT FROM outbox_outboxmessage AS held
                        WHERE held.attempts > 0
                          AND held.next_try_at > now()
                          AND held.next_try_at <= now() + interval '1 minute'
                          AND held.subject = row.subject AND held.id < row.id)
     ORDER BY id LIMIT $2
"""

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


@dataclass(frozen=True)
class Row:
    """A pending row."""

    id: int
    subject: str
    wire: Wire


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
    # After the commit, in no transaction: NOTIFY inside one makes all commits wait for each other.
    asked = (each[1] for each in reversed(connection.run_on_commit) if isinstance(each[1], _WakeOnce))
    transaction.on_commit(next(asked, None) or _WakeOnce(), using=alias(), robust=True)


class _WakeOnce:
    """Wakes the relay after the commit, however many messages of the transaction asked for it. Each asks for itself, as
    a savepoint that is rolled back takes with it what was asked for within. It never fails: what is committed stays so,
    and the relay looks by itself a second later."""

    is_done = False

    def __call__(self) -> None:
        if not self.is_done:
            self.is_done = True
            with suppress(Error):
                wake_relay()


def wake_relay() -> None:
    """Tell the relay that there is something to do. Without it, the relay would look a second later."""
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")


def begin_session() -> None:
    """Make this connection one for `pending`, and for a relay."""
    with connection.cursor() as cursor:
        cursor.execute(SESSION)


def pending(limit: int, busy: Collection[str] = ()) -> list[Row]:
    """The oldest pending rows that may be sent now, by id: none of the `busy` subjects, and none behind a row of its
    subject that was put off. On a connection of `begin_session`."""
    with connection.cursor() as cursor:
        cursor.execute("EXECUTE pending (%s, %s)", [list(busy), limit])
        return [
            Row(id_, subject, Wire(message_id, exchange, key, type_, bytes(body), json.loads(headers)))
            for id_, subject, message_id, exchange, key, type_, body, headers in cursor.fetchall()
        ]


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
