"""The writer's process, as the race holds it."""

import json
import subprocess
import sys
from typing import Any

from lab import settings
from lab.race.records import Change


class WriterEnded(Exception):
    """The writer's process ended before it had answered; what it said is on standard error."""


class WriterClient:
    """Starts the writer; one errand at a time."""

    def __init__(self, backend: str, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "lab.race.writer", backend], cwd=settings.ROOT, env=environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def add(self, number: int) -> None:
        """Plan conferences; returns when they are stored."""
        self._tell(add=number)
        self._read("added")

    def begin(self, rate: float, seconds: float, seed: int) -> float:
        """Begin to change them; returns the time at which it began."""
        self._tell(rate=rate, seconds=seconds, seed=seed)
        return float(self._read("began")["began"])

    def stop(self) -> None:
        """End what was begun before its time."""
        self._tell(stop=True)

    def finish(self) -> tuple[list[Change], float]:
        """The changes that were made, once the last one is, and the time of the end."""
        done = self._read("changes")
        return [Change(**change) for change in done["changes"]], float(done["ended"])

    def clean(self) -> None:
        """Cancel what was planned."""
        self._tell(clean=True)
        self._read("cleaned")

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()

    def _tell(self, **order: Any) -> None:
        if self._process.stdin is None:
            raise WriterEnded
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()

    def _read(self, expected: str) -> dict[str, Any]:
        """The next answer; Django's own log lines are passed over."""
        for line in self._process.stdout or ():
            if line.startswith("{") and expected in (answer := json.loads(line)):
                return dict(answer)
        raise WriterEnded(f"the writer ended with {self._process.wait()}")
