"""How a process connects to Postgres, and how long it waits for an answer.

A server that ended says so. One that vanished with its machine, or behind a firewall that drops its connections, says
nothing: Linux waits for a quarter of an hour for an answer to what was sent, and for ever where nothing was sent.
"""

import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from psycopg2 import OperationalError, extensions

from messaging.shutdown import Stop

# The kernel asks a silent connection whether its other end is there (after 5 s, then each 2 s, three times), and takes
# 6 s without a sign for its end. The server takes 10 s: see docker-compose.yml.
NOTICED = {
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 6_000,
}
CONNECT_WITHIN = 5  # seconds, for each host of the address
# Longer than `statement_timeout`: who says nothing for so long is a server that hangs, or one behind a proxy that
# answers the kernel's questions in its place.
ANSWER_WITHIN = 20.0  # seconds
CONNECTED = (extensions.STATUS_READY, extensions.STATUS_BEGIN, extensions.STATUS_PREPARED)
LAST_STATEMENT = 0.5  # seconds for the answer that is waited for when the process is asked to stop


def options(lock_timeout: str) -> dict[str, Any]:
    """OPTIONS of a database in Django's settings."""
    limits = f"-c statement_timeout=15s -c lock_timeout={lock_timeout}"
    return {"connect_timeout": CONNECT_WITHIN, "options": limits, **NOTICED}


class Waiting:
    """What psycopg2 calls instead of waiting by itself: then signals are heard meanwhile, and there is an end to it."""

    def __init__(self, stop: Stop) -> None:
        self.stop = stop
        self.answer_within = ANSWER_WITHIN

    def __call__(self, connection: extensions.connection) -> None:
        """Return once the connection has what it waits for. Raises OperationalError after `answer_within` seconds
        without it, or LAST_STATEMENT seconds after `stop` was set; then the connection is lost."""
        began = time.monotonic()
        stopped = None
        while (state := connection.poll()) != extensions.POLL_OK:
            poll = select.poll()
            poll.register(connection.fileno(), select.POLLIN if state == extensions.POLL_READ else select.POLLOUT)
            while not poll.poll(200):
                now = time.monotonic()
                if now > began + self._limit(connection):
                    raise OperationalError(f"no answer for {now - began:.0f} s")
                stopped = stopped or (now if self.stop.is_set() else None)
                if stopped and now > stopped + LAST_STATEMENT:
                    raise OperationalError("asked to stop while the database did not answer")

    def _limit(self, connection: extensions.connection) -> float:
        if connection.status in CONNECTED:
            return self.answer_within
        hosts = extensions.parse_dsn(connection.dsn).get("host", "").split(",")
        # libpq leaves a host that says nothing after tcp_user_timeout, and its own limit does not hold here.
        return CONNECT_WITHIN if len(hosts) == 1 else len(hosts) * (NOTICED["tcp_user_timeout"] / 1000 + 1)


waiting = Waiting(Stop())


def wait_no_longer_than(stop: Stop) -> None:
    """From now on this process waits for the database in that way: never for ever, and a second after `stop`."""
    waiting.stop = stop
    extensions.set_wait_callback(waiting)


@contextmanager
def for_as_long_as_it_takes() -> Iterator[None]:
    """Statements may take any time: those of a migration do."""
    waiting.answer_within = float("inf")
    try:
        yield
    finally:
        waiting.answer_within = ANSWER_WITHIN
