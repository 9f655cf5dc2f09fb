"""How somebody at the lab wants it to poll, in place of the settings."""

import logging
import threading
from typing import Any

from poller.settings import MODES

log = logging.getLogger("poller")
SHORTEST, LONGEST = 1.0, 30.0  # seconds between two polls that may be wished for


class Wishes:
    """The mode and the interval that hold now: what was wished for last, else the settings."""

    def __init__(self, mode: str, interval: float) -> None:
        self._set = (mode, interval)
        self.mode, self.interval = self._set
        self._changed = threading.Event()

    def hear(self, answer: dict[str, Any]) -> None:
        """Take the wish in the lab's answer; without one, or with one that makes no sense, the settings hold."""
        wished = _understood(answer.get("poller")) or self._set
        if wished != (self.mode, self.interval):
            self.mode, self.interval = wished
            log.info("from now on every %g s, mode %s", self.interval, self.mode)
            self._changed.set()

    def wait(self, seconds: float) -> None:
        """Return after so long, or as soon as something else is wished for."""
        self._changed.wait(max(0.0, seconds))
        self._changed.clear()


def _understood(wish: Any) -> tuple[str, float] | None:
    if not isinstance(wish, dict) or wish.get("mode") not in MODES:
        return None
    interval = wish.get("interval")
    if isinstance(interval, bool) or not isinstance(interval, int | float) or not SHORTEST <= interval <= LONGEST:
        return None
    return wish["mode"], float(interval)
