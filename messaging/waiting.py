"""How long a process waits for an answer of the database, and that a signal ends the waiting.

psycopg2 lets us wait in its place. psycopg 3 does not: there, `statement_timeout` and the kernel (see
`messaging.database`) end what takes too long, and a process that is asked to stop may take as long.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.postgresql.psycopg_any import is_psycopg3  # type: ignore[import-untyped]

from messaging.shutdown import Stop

# Longer than `statement_timeout`: who says nothing for so long is a server that hangs, or one behind a proxy that
# answers the kernel's questions in its place.
ANSWER_WITHIN = 20.0  # seconds
LAST_STATEMENT = 0.5  # seconds for the answer that is waited for when the process is asked to stop


class Limits:
    """What ends the waiting for an answer."""

    def __init__(self, stop: Stop) -> None:
        self.stop = stop
        self.answer_within = ANSWER_WITHIN


limits = Limits(Stop())


def wait_no_longer_than(stop: Stop) -> None:
    """From now on this process waits for the database in that way: never for ever, and a second after `stop`."""
    limits.stop = stop
    if not is_psycopg3:
        from psycopg2 import extensions

        from messaging.psycopg2_waiting import wait

        extensions.set_wait_callback(wait)


@contextmanager
def for_as_long_as_it_takes() -> Iterator[None]:
    """Statements may take any time: those of a migration do."""
    limits.answer_within = float("inf")
    try:
        yield
    finally:
        limits.answer_within = ANSWER_WITHIN
