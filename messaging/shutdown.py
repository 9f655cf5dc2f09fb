"""How a process is asked to stop, and how it shows that it is alive."""

import logging
import signal
import threading
import time
from pathlib import Path

log = logging.getLogger(__name__)


class Stop(threading.Event):
    """Set once the process was asked to stop; `wait(seconds)` is a sleep that ends early then.

    `liveness_file`, if given, is touched by `show_alive`: its age says how long ago the main loop last turned.
    """

    def __init__(self, liveness_file: str = "") -> None:
        super().__init__()
        self._liveness = Path(liveness_file) if liveness_file else None
        self._is_mute = False
        self._seen_at = 0.0

    @classmethod
    def on_signals(cls, liveness_file: str = "") -> "Stop":
        """A Stop that SIGTERM and SIGINT set. Call it on the main thread."""
        stop = cls(liveness_file)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        return stop

    def show_alive(self) -> None:
        """Say that the main loop turned just now. Where that cannot be written, work goes on: it is logged once."""
        if self._liveness:
            try:
                self._liveness.touch()
            except OSError as error:
                if not self._is_mute:
                    log.error("cannot show that this process is alive (LIVENESS_FILE): %s", error)  # noqa: TRY400
                self._is_mute = True
            else:
                self._is_mute = False

    def leaves_time(self, grace: float) -> bool:
        """Whether it is not set, or was first seen to be set here less than `grace` seconds ago."""
        if not self.is_set():
            return True
        self._seen_at = self._seen_at or time.monotonic()
        return time.monotonic() < self._seen_at + grace
