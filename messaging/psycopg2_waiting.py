"""What psycopg2 calls instead of waiting by itself: then signals are heard meanwhile, and there is an end to it."""

import select
import time

from psycopg2 import OperationalError, extensions

from messaging.database import CONNECT_WITHIN, NOTICED
from messaging.waiting import LAST_STATEMENT, limits

CONNECTED = (extensions.STATUS_READY, extensions.STATUS_BEGIN, extensions.STATUS_PREPARED)


def wait(connection: extensions.connection) -> None:
    """Return once the connection has what it waits for. Raises OperationalError after `limits.answer_within` seconds
    without it, or LAST_STATEMENT seconds after `limits.stop` was set; then the connection is lost."""
    began = time.monotonic()
    stopped = None
    while (state := connection.poll()) != extensions.POLL_OK:
        poll = select.poll()
        poll.register(connection.fileno(), select.POLLIN if state == extensions.POLL_READ else select.POLLOUT)
        while not poll.poll(200):
            now = time.monotonic()
            if now > began + _limit(connection):
                raise OperationalError(f"no answer for {now - began:.0f} s")
            stopped = stopped or (now if limits.stop.is_set() else None)
            if stopped and now > stopped + LAST_STATEMENT:
                raise OperationalError("asked to stop while the database did not answer")


def _limit(connection: extensions.connection) -> float:
    if connection.status in CONNECTED:
        return limits.answer_within
    hosts = extensions.parse_dsn(connection.dsn).get("host", "").split(",")
    # libpq leaves a host that says nothing after tcp_user_timeout, and its own limit does not hold here.
    return CONNECT_WITHIN if len(hosts) == 1 else len(hosts) * (NOTICED["tcp_user_timeout"] / 1000 + 1)
