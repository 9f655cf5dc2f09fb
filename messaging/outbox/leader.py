"""Which of a database's relays works: whoever holds an advisory lock, in the session that reads and marks the rows."""

import logging

from django.db import connection
from django.db.backends.utils import CursorWrapper

from messaging.outbox.rows import CHANNEL
from messaging.shutdown import Stop

log = logging.getLogger(__name__)

RELAY_LOCK = 0x72656C61  # "rela"
POLL = 1.0  # seconds between looks at the lock, and at the table; NOTIFY only makes it sooner


def lead(stop: Stop) -> bool:
    """Whether this relay holds the lock now; if not, it was asked to stop while it stood by."""
    with connection.cursor() as cursor:
        if not _holds_lock(cursor):
            log.info("another relay is at work; standing by")
            while not _holds_lock(cursor):
                stop.show_alive()
                if stop.wait(POLL):
                    return False
        _insist_on_a_session_of_our_own(cursor)
        cursor.execute(f"LISTEN {CHANNEL}")
    log.info("relaying the outbox")
    return True


def _holds_lock(cursor: CursorWrapper) -> bool:
    cursor.execute("SELECT pg_try_advisory_lock(%s)", [RELAY_LOCK])
    return bool(cursor.fetchone()[0])


def _insist_on_a_session_of_our_own(cursor: CursorWrapper) -> None:
    """Raises RuntimeError where a pooler hands the lock's session to somebody else after each statement."""
    pids = set()
    for _ in range(2):
        cursor.execute(
            "SELECT pg_backend_pid(), count(*) FROM pg_locks"
            " WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND objid = %s",
            [RELAY_LOCK],
        )
        pids.add(cursor.fetchone())
    if len(pids) != 1 or not pids.pop()[1]:
        raise RuntimeError(
            "the relay needs a direct connection: DATABASE_URL leads through a pooler that shares sessions"
        )
