"""How a process is asked to stop, and how it shows that it is alive."""

import signal
import threading
from pathlib import Path


class Stop(threading.Event):
    """Set once the process was asked to stop; `wait(seconds)` is a sleep that ends early then.

    `liveness_file`, if given, is touched by `show_alive`: its age says how long ago the main loop last turned.
    """

    def __init__(self, liveness_file: str = "") -> None:
        super().__init__()
        self._liveness = Path(liveness_file) if liveness_file else None

    @classmethod
    def on_signals(cls, liveness_file: str = "") -> "Stop":
        """A Stop that SIGTERM and SIGINT set. Call it on the main thread."""
        stop = cls(liveness_file)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        return stop

    def show_alive(self) -> None:
        """Say that the main loop turned just now."""
        if self._liveness:
            self._liveness.touch()
