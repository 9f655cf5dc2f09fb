"""Which of a database's relays works: whoever holds an advisory lock, in the session that reads and marks the rows."""

import logging

from django.db.backends.utils import CursorWrapper

from messaging import metrics
from messaging.database import connection
from messaging.outbox.notification import CHANNEL
from messaging.sessions import insist_on_own_sessions
from messaging.shutdown import Stop

log = logging.getLogger(__name__)

RELAY_LOCK = 0x72656C61  # "rela"
POLL = 1.0  # seconds between looks at the lock, and at the table; NOTIFY only makes it sooner


def lead(stop: Stop) -> bool:
    """Whether this relay holds the lock now; if not, it was asked to stop while it stood by. Raises SharedSession where
    a lock would not be this session's."""
    insist_on_own_sessions()
    with connection.cursor() as cursor:
        if not _holds_lock(cursor):
            log.info("another relay is at work; standing by")
            metrics.STANDING_BY.set(1)
            try:
                while not _holds_lock(cursor):
                    stop.show_alive()
                    if stop.wait(POLL):
                        return False
            finally:
                metrics.STANDING_BY.set(0)
        cursor.execute(f"LISTEN {CHANNEL}")
    log.info("relaying the outbox")
    return True


def _holds_lock(cursor: CursorWrapper) -> bool:
    cursor.execute("SELECT pg_try_advisory_lock(%s)", [RELAY_LOCK])
    return bool(cursor.fetchone()[0])
