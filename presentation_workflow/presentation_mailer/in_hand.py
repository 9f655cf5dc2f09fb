"""Which letters are being handed over right now, for all workers to see.

A worker that loses its broker over a letter is not dead: it goes on with the letter, which the broker meanwhile gives
to another worker. That one waits here, and then finds the letter sent.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import takewhile
from time import monotonic
from uuid import UUID

from django.conf import settings
from django.db import connection

from messaging.errors import Outage
from messaging.inbox import errors_as_outages, outages_of_the_database
from messaging.waiting import limits

log = logging.getLogger(__name__)

TRY = "SELECT pg_try_advisory_lock(key) FROM unnest(%s::bigint[]) AS key"
LET_GO = "SELECT pg_advisory_unlock(key) FROM unnest(%s::bigint[]) AS key"
TIMEOUTS = 3  # times EMAIL_TIMEOUT: who takes longer over a letter is stopped or hangs
AGAIN = 0.2  # seconds between two looks whether the lock is free


@contextmanager
def in_hand(message_ids: Sequence[UUID]) -> Iterator[int]:
    """Hold these letters in one statement; yields how many of them, from the first on, no other worker has.

    If another has the first one, it alone is held, after whoever holds it now; who does not let go of it is taken for
    dead. They are locks of the database session, so they end with the worker, however that ends. Raises Outage.
    """
    keys = [key_of(message_id) for message_id in message_ids]
    with outages_of_the_database():
        answers = _ask(TRY, keys)
        ours = [key for key, is_held in zip(keys, answers, strict=True) if is_held]
        free = len(list(takewhile(bool, answers)))
        if not free and _wait_for(keys[0]):
            ours.append(keys[0])
        elif not free:
            log.warning("letter %s: another worker has had it for too long, and is taken for dead", message_ids[0])
    try:
        yield free or 1
    finally:
        with suppress(Outage), errors_as_outages():  # without the session there is no lock either
            _ask(LET_GO, ours)


def key_of(message_id: UUID) -> int:
    """The number under which the database locks it."""
    return int.from_bytes(message_id.bytes[8:], signed=True)


def _ask(statement: str, keys: Sequence[int]) -> list[bool]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(keys)])
        return [bool(answer) for (answer,) in cursor.fetchall()]


def _wait_for(key: int) -> bool:
    """Ask again and again: a statement that waits for the lock would end with `statement_timeout`, which is shorter."""
    deadline = monotonic() + TIMEOUTS * settings.EMAIL_TIMEOUT
    while monotonic() < deadline:
        if limits.stop.wait(AGAIN):
            raise Outage("asked to stop while another worker had the letter")
        if all(_ask(TRY, [key])):
            return True
    return False
