"""Publishes decisions again of which nobody said that they took effect.

The broker confirmed them, but a broker can lose what it had: its disk, or a queue that somebody purged. The
message keeps its id, so one that did take effect has no second one; it is just confirmed again.
"""

import logging
import threading
from datetime import timedelta

from django.db import Error, close_old_connections

from messaging.outbox.rows import send_again
from messaging.shutdown import Stop
from presentations.models import Presentation, Status

log = logging.getLogger(__name__)


def republish_unconfirmed(older_than: timedelta) -> int:
    """How many decisions were published again: those without a letter for so long, and for each time that this was
    done before, for twice as long."""
    unconfirmed = Presentation.objects.exclude(status=Status.SUBMITTED).filter(notified=None)
    subjects = [f"presentation/{pk}" for pk in unconfirmed.values_list("pk", flat=True)]
    return send_again(subjects, older_than)


class Reconciler(threading.Thread):
    """Does that regularly, until asked to stop."""

    def __init__(self, timeout: timedelta, stop: Stop) -> None:
        super().__init__(name="reconciler", daemon=True)
        self._timeout = timeout
        self._stopping = stop

    def run(self) -> None:
        """Four times in each timeout."""
        while not self._stopping.wait(self._timeout.total_seconds() / 4):
            close_old_connections()
            try:
                again = republish_unconfirmed(self._timeout)
            except Error as error:
                log.warning("could not look for unconfirmed decisions: %s", str(error).strip())
            else:
                if again:
                    log.warning("%d decisions were not confirmed in time; published again", again)
