"""Decisions of which nobody has said for long that their presenter was written to: counted, and named in the log."""

import logging
import threading
from datetime import timedelta

from django.db import Error, close_old_connections
from django.db.models import QuerySet
from django.utils import timezone
from prometheus_client import Gauge

from messaging.shutdown import Stop
from presentations.models import Presentation
from presentations.reconciler import subjects, unconfirmed

log = logging.getLogger(__name__)

OVERDUE = Gauge("letters_overdue", "decided talks of which nobody has confirmed for long that a letter was sent")
TIMEOUTS = 6  # times NOTIFY_TIMEOUT: by then the decision was published again three times
NAMED = 20  # in a line


def overdue(timeout: timedelta) -> QuerySet[Presentation]:
    """Unconfirmed for TIMEOUTS times as long as `timeout`, the oldest first."""
    return unconfirmed().filter(decided__lt=timezone.now() - TIMEOUTS * timeout).order_by("decided", "id")


class Overdue(threading.Thread):
    """Looks regularly, until asked to stop."""

    def __init__(self, timeout: timedelta, stop: Stop) -> None:
        super().__init__(name="overdue", daemon=True)
        self._timeout = timeout
        self._stopping = stop
        self._told: set[str] = set()

    def run(self) -> None:
        """Once in each timeout."""
        while not self._stopping.wait(self._timeout.total_seconds()):
            close_old_connections()
            try:
                self.look()
            except Error as error:
                log.warning("could not look for decisions that are overdue: %s", str(error).strip())

    def look(self) -> None:
        """Count them, and name those that were not overdue before."""
        found = subjects(overdue(self._timeout))
        OVERDUE.set(len(found))
        new = [each for each in found if each not in self._told]
        self._told = set(found)
        if new:
            log.warning(
                "%d decisions are unconfirmed for more than %s, %d of them since the last look: %s%s",
                len(found), TIMEOUTS * self._timeout, len(new), ", ".join(new[:NAMED]),
                " and more" if len(new) > NAMED else "",
            )  # fmt: skip
