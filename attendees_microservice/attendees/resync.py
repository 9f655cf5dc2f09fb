"""Compares the copies with their source, so that whatever a broker lost is here some minutes later all the same."""

import itertools
import logging
import threading
import time

from django.conf import settings
from django.db import connection

from attendees import epochs, monolith
from attendees.feeds import read_feeds
from attendees.snapshot import read_snapshot
from messaging.backoff import Backoff

log = logging.getLogger(__name__)

WHOLE = 12  # the first comparison, then each twelfth, and the first of an epoch is of everything


class Resync(threading.Thread):
    """Compares when asked to, when a new epoch is heard of, and every RESYNC_INTERVAL; tries until it worked.

    What was broadcast before our queues were bound, or was lost in a wiped disk or a purged queue, the feeds of
    changes tell. Copies that went wrong some other way, or whose original went without a trace, only a comparison
    of everything finds.

    On a thread of its own, because news must flow while the monolith is away. That a message and a comparison
    tell of the same conference at once does no harm: the higher revision wins.
    """

    def __init__(self) -> None:
        super().__init__(name="resync", daemon=True)
        self._asked = threading.Event()
        epochs.begun.connect(self.ask)

    def ask(self, **_signal: object) -> None:
        """Have the copies compared, soon. May be called from any thread, at any time."""
        self._asked.set()

    def run(self) -> None:
        """Compare whenever asked and regularly; for as long as the process lives."""
        for number in itertools.count():
            self._asked.wait(settings.RESYNC_INTERVAL)
            self._asked.clear()
            pauses = Backoff(first=1, most=30)
            while not self._compare(everything=number % WHOLE == 0):
                time.sleep(pauses.next())

    def _compare(self, *, everything: bool) -> bool:
        try:
            with monolith.session() as session:
                log.info("changes: %s", read_feeds(session))
                if everything or not epochs.is_compared():
                    log.info("snapshot: %s", read_snapshot(session))
        except Exception as error:  # noqa: BLE001 - whatever came back, this thread must live to ask again
            in_one_line = " ".join(str(error).split())[:300]
            log.warning("comparing with %s failed, trying again: %s", settings.MONOLITH_URL, in_one_line)
            return False
        finally:
            connection.close()  # this thread's own, and rarely needed
        return True
