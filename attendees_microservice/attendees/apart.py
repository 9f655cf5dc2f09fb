"""Writes many records so that one which cannot be written holds up no other."""

import logging
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db import DataError, IntegrityError, OperationalError, connection, transaction

from attendees import epochs
from messaging.errors import state_of
from messaging.inbox.once import LOCKED

log = logging.getLogger(__name__)

Record = TypeVar("Record")
Done = TypeVar("Done")


def write_apart(write: Callable[[Sequence[Record]], Done], records: Sequence[Record]) -> list[Done]:
    """What `write` made of the records: of all at once, or of the halves in which the one that cannot be written was
    looked for. Nobody is waited for who holds a row for longer than half a second.

    What was left out is logged; of rows that somebody holds, the next comparison brings the news.
    """
    if not records:
        return []
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '500ms'")
            return [write(records)]
    except (OperationalError, DataError, IntegrityError, ValueError) as error:
        is_locked = state_of(error) == LOCKED
        if isinstance(error, OperationalError) and not is_locked:
            raise
        if len(records) == 1:
            why = "somebody holds its row" if is_locked else " ".join(str(error).split())[:300]
            log.error("leaving out %s: %s", _name(records[0]), why)  # noqa: TRY400 - no trace for people
            if is_locked:
                epochs.compare_again()
            return []
    middle = len(records) // 2
    return [*write_apart(write, records[:middle]), *write_apart(write, records[middle:])]


def _name(record: object) -> object:
    """The number or address, which is the first thing that a record says."""
    return record[0] if isinstance(record, tuple) else record
