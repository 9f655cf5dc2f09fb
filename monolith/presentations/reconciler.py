"""Publishes decisions again of which nobody said that they took effect.

The broker confirmed them, but a broker can lose what it had: its disk, or a queue that somebody purged. The
message keeps its id, so one that did take effect has no second one; it is just confirmed again.
"""

import logging
import threading
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db import Error, close_old_connections
from django.db.models import QuerySet

from messaging.outbox.rows import send_again
from messaging.shutdown import Stop
from presentations.models import Presentation, Status

log = logging.getLogger(__name__)

SUBJECT = "presentation/"


def republish_unconfirmed(older_than: timedelta) -> int:
    """How many decisions were published again: those without a letter for so long, and for each time that this was
    done before, for twice as long."""
    return send_again(subjects(unconfirmed()), older_than)


def unconfirmed() -> QuerySet[Presentation]:
    """Decided, and neither was the presenter written to, as far as we know, nor did a program of the course take it,
    nor has anybody given it up."""
    return Presentation.objects.exclude(status=Status.SUBMITTED).filter(notified=None, handed_over=None, given_up=None)


def still_needed(*, subjects: Collection[str], **_: Any) -> set[str]:
    """Which of these are of unconfirmed decisions: their messages stay in the outbox, to be published again."""
    numbers = [each.removeprefix(SUBJECT) for each in subjects if each.startswith(SUBJECT)]
    pks = unconfirmed().filter(pk__in=[number for number in numbers if number.isdecimal()]).values_list("pk", flat=True)
    return {f"{SUBJECT}{pk}" for pk in pks}


def subjects(presentations: QuerySet[Presentation]) -> list[str]:
    """What the outbox has their messages under."""
    return [f"{SUBJECT}{pk}" for pk in presentations.values_list("pk", flat=True)]


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
