"""Which letters are being handed over right now, for all workers to see.

A worker that loses its broker over a letter is not dead: it goes on with the letter, which the broker meanwhile gives
to another worker. That one waits here, and then finds the letter sent.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from uuid import UUID

from django.conf import settings
from django.db import connection

from messaging.database import waiting
from messaging.errors import Outage
from messaging.inbox import outages_of_the_database

log = logging.getLogger(__name__)

TIMEOUTS = 3  # times EMAIL_TIMEOUT: who takes longer over a letter is stopped or hangs
AGAIN = 0.2  # seconds between two looks whether the lock is free


@contextmanager
def in_hand(message_id: UUID) -> Iterator[None]:
    """Hold the letter, after whoever holds it now; who does not let go of it is taken for dead.

    It is a lock of the database session, so it ends with the worker, however that ends. Raises Outage.
    """
    key = key_of(message_id)
    with outages_of_the_database():
        is_held = _try(key) or _wait_for(key)
    if not is_held:
        log.warning("letter %s: another worker has had it for too long, and is taken for dead", message_id)
    try:
        yield
    finally:
        with suppress(Outage), outages_of_the_database():  # without the session there is no lock either
            if is_held:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


def key_of(message_id: UUID) -> int:
    """The number under which the database locks it."""
    return int.from_bytes(message_id.bytes[8:], signed=True)


def _try(key: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        return bool(cursor.fetchone()[0])


def _wait_for(key: int) -> bool:
    """Ask again and again: a statement that waits for the lock would end with `statement_timeout`, which is shorter."""
    deadline = monotonic() + TIMEOUTS * settings.EMAIL_TIMEOUT
    while monotonic() < deadline:
        if waiting.stop.wait(AGAIN):
            raise Outage("asked to stop while another worker had the letter")
        if _try(key):
            return True
    return False
