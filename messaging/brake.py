"""Slows a consumer down whose messages all fail: then the fault is more likely ours than the messages'."""

import logging
import time
from collections import defaultdict

from messaging.backoff import Backoff
from messaging.delivery import Delivery
from messaging.errors import state_of
from messaging.shutdown import Stop

log = logging.getLogger(__name__)

IN_A_ROW = 20  # different messages that failed alike, and none that was handled in between


class Brake:
    """Counts, by kind of failure, which messages failed since one was handled."""

    def __init__(self) -> None:
        self._failed: defaultdict[str, set[str]] = defaultdict(set)
        self._pauses = Backoff(first=30, most=300)

    def release(self) -> None:
        """A message was handled: what failed before it was its own."""
        if self._failed:
            self._failed.clear()
            self._pauses.reset()

    def apply(self, delivery: Delivery, error: Exception, stop: Stop) -> bool:
        """This one is about to be set aside; wait first where many others failed alike; no longer than `stop`. Whether
        that was so: then it is no failure of its own."""
        kind = _kind(error)
        alike = self._failed[kind]
        are_many = len(alike) >= IN_A_ROW
        if are_many:
            pause = self._pauses.next()
            log.error(
                "the last %d messages all failed alike (%s): is this the right version for %s, and does all that it"
                " needs work? Next one in %.0f s",
                len(alike),
                kind,
                delivery.queue.name,
                pause,
            )
            _wait(pause, stop)
        alike.add(delivery.properties.message_id or f"{delivery.tag}")
        return are_many


def _wait(seconds: float, stop: Stop) -> None:
    """A process that waits on purpose is alive."""
    end = time.monotonic() + seconds
    while (rest := end - time.monotonic()) > 0 and not stop.wait(min(1.0, rest)):
        stop.show_alive()


def _kind(error: Exception) -> str:
    state = state_of(error)
    return f"{type(error).__name__} {state}" if state else type(error).__name__
