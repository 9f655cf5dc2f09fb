"""Which rows of the outbox are sent next: the oldest, without those that were put off or are behind one that was."""

import json
from collections.abc import Collection
from dataclasses import dataclass

from messaging.database import connection
from messaging.message import Wire

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


@dataclass(frozen=True)
class Row:
    """A pending row."""

    id: int
    subject: str
    wire: Wire


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
