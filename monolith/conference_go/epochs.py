"""Epochs: after a restore, revisions and numbers are given a second time; the epoch says in which history.

Feeds, lists and messages carry it, and copies of a later epoch replace those of an earlier one, whatever the revision.
A new one begins where it is certain that the database is not the one it was: its rows are on another server, on
another timeline of it (a failover, recovery to a point in time), or in tables made anew (`pg_restore`); when a service
of ours brings a cursor from further on; and with `manage.py new_epoch`, for a restore that leaves no such sign.

The number is the microseconds since 1970 at its beginning, but always more than that of the epoch before. So of two
restores of the same backup the second has the larger one, and whatever was said between them is known to be older.
"""

import logging

from django.db import connection, transaction

from conference_go.changes import renumber_restored
from contracts.messages import LARGEST

log = logging.getLogger(__name__)

HEADER = "Epoch"  # of answers that copies are made of
MOST = LARGEST  # a revision
GAP = 1000  # numbers passed over at a restore, so that none of a lost row is given again
NUMBERED = ("events_conference", "presentations_presentation")  # whose numbers others remember

# A server that is still catching up with another one is not yet on a timeline of its own.
PLACE = """(
    SELECT concat_ws(' ', to_hex(system_identifier),
                     CASE WHEN NOT pg_is_in_recovery() THEN left(pg_walfile_name(pg_current_wal_lsn()), 8) END,
                     'conference_go_epoch'::regclass::oid)
      FROM pg_control_system()
)"""
KNOWN = "SELECT number FROM conference_go_epoch"
CURRENT = f"{KNOWN} WHERE pg_is_in_recovery() OR place = {PLACE}"
BEGIN = f"""
    INSERT INTO conference_go_epoch AS known (id, number, place, began)
    VALUES (1, greatest((extract(epoch FROM clock_timestamp()) * 1000000)::bigint, %(beyond)s + 1), {PLACE}, now())
    ON CONFLICT (id) DO UPDATE
        SET number = greatest(known.number + 1, excluded.number), place = excluded.place, began = excluded.began
      WHERE known.number = %(seen)s
    RETURNING number
"""  # noqa: S608
JUMP = "SELECT setval(pg_get_serial_sequence(%s, 'id'), nextval(pg_get_serial_sequence(%s, 'id')) + %s)"


def current() -> int:
    """The epoch of this database; a new one, where it is certain that it is another than it was."""
    with connection.cursor() as cursor:
        cursor.execute(CURRENT)
        if here := cursor.fetchone():
            return int(here[0])
        cursor.execute(KNOWN)
        return begin(*cursor.fetchone() or (0,))


@transaction.atomic
def begin(seen: int, beyond: int = 0) -> int:
    """Begin the epoch after `seen`, with a number above `beyond`, unless somebody else just did; the one that is now.

    What the transactions of another server wrote is numbered anew, and numbers of lost rows are passed over.
    """
    with connection.cursor() as cursor:
        cursor.execute(BEGIN, {"seen": seen, "beyond": beyond})
        begun = cursor.fetchone()
        if begun and seen:
            log.warning("a new epoch of this database begins: %d, after %d; copies take its word anew", *begun, seen)
            renumber_restored()
            for table in NUMBERED:
                cursor.execute(JUMP, [table, table, GAP])
        cursor.execute(KNOWN)
        return int(cursor.fetchone()[0])
