"""The experiment that somebody started on the page: one at a time, in a process of its own."""

import json
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from lab import settings
from lab.experiments.experiment import Measured
from lab.experiments.outcome import measured_of

STOPPED_WITHIN = 60.0  # seconds to end its own processes and to delete what it made


class Busy(Exception):
    """Another experiment runs; the message names it."""


@dataclass
class Run:
    """A run, and what its process has told so far."""

    name: str
    is_safe: bool
    process: "subprocess.Popen[bytes]"
    told: IO[bytes]
    errors: IO[bytes]
    began: float = field(default_factory=time.monotonic)

    @property
    def is_over(self) -> bool:
        """Whether its process has ended."""
        return self.process.poll() is not None

    @property
    def seconds(self) -> float:
        """Since it was started."""
        return time.monotonic() - self.began

    def facts(self, kind: str) -> list[dict[str, Any]]:
        """What it told of this kind."""
        lines = Path(self.told.name).read_bytes().splitlines()
        return [each for each in map(_parsed, lines) if each.get("kind") == kind]

    @property
    def vhost(self) -> str:
        """The virtual host that it works in, while it does."""
        return "".join(each["name"] for each in self.facts("vhost")[:1])

    @property
    def steps(self) -> list[str]:
        """What it did so far."""
        return [each["words"] for each in self.facts("step")]

    @property
    def measured(self) -> Measured | None:
        """What came out, once something did."""
        return next((measured_of(each) for each in self.facts("result")), None)

    @property
    def problem(self) -> str:
        """Why nothing came out, if it is over without a result."""
        if not self.is_over or self.measured:
            return ""
        said = Path(self.errors.name).read_text(errors="replace").strip().splitlines()
        return said[-1] if said else "It was stopped."


class Runs:
    """The last run of each experiment."""

    def __init__(self) -> None:
        self._last: dict[str, Run] = {}

    def of(self, name: str) -> Run | None:
        """The last run of it, if there was one."""
        return self._last.get(name)

    def start(self, name: str, is_safe: bool) -> Run:
        """Start it; what has told its result only cleans up, and is waited for. Raises Busy."""
        for each in self._last.values():
            if each.measured:
                with suppress(subprocess.TimeoutExpired):
                    each.process.wait(STOPPED_WITHIN)
            if not each.is_over:
                raise Busy(f"{each.name} is running; it takes less than a minute, or stop it")
        told, errors = tempfile.NamedTemporaryFile(), tempfile.NamedTemporaryFile()  # noqa: SIM115 - gone with the run
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "lab", "experiment", name, "--json", *([] if is_safe else ["--without-safeguard"])],
            cwd=settings.ROOT, stdout=told, stderr=errors, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        self._last[name] = Run(name, is_safe, process, told, errors)
        return self._last[name]

    def stop(self, name: str) -> None:
        """End it; it cleans up after itself. One that does not end is killed, and may leave its virtual host."""
        run = self.of(name)
        if run and not run.is_over:
            run.process.terminate()
            try:
                run.process.wait(STOPPED_WITHIN)
            except subprocess.TimeoutExpired:
                run.process.kill()
                run.process.wait()


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        return dict(json.loads(line))
    except ValueError:  # its last line is being written, or it was no fact
        return {}


RUNS = Runs()
