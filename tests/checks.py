"""A check of `make test`: a command that ends with 0 when all is well, run with a limit to how long it may hang."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

ROOT = Path(__file__).parents[1]
HANGS = 1500.0  # seconds: twice what the longest check takes on a busy machine of two cores
GRACE = 120.0  # seconds in which an interrupted check may stop what it started
PRINTING = threading.Lock()


@dataclass(frozen=True)
class Check:
    """A command that ends with 0 when all is well."""

    name: str
    command: list[str | Path]
    environment: dict[str, str] = field(default_factory=dict)
    of_what_failed: tuple[str, ...] = ()  # arguments with which it runs again no more than what failed


@dataclass(frozen=True)
class Result:
    """How a check went."""

    check: Check
    passed: bool
    seconds: float
    hung: bool = False
    by_itself: bool = False

    @property
    def is_worth_another_try(self) -> bool:
        """Whether it failed in its time, and can be run by itself."""
        return not self.passed and not self.hung and bool(self.check.of_what_failed)

    @property
    def verdict(self) -> str:
        """In a word or two."""
        return (
            f"{'passed' if self.passed else 'HUNG' if self.hung else 'FAILED'}{' by itself' if self.by_itself else ''}"
        )


def run(check: Check, hangs: float = HANGS) -> Result:
    """Run the check, then show all that it printed: others print too. One that hangs for so many seconds has failed.

    It prints into a file, not a pipe: whatever it leaves running would hold a pipe open, and us.
    """
    started = time.monotonic()
    with tempfile.TemporaryFile() as printed:
        process = subprocess.Popen(
            check.command,
            cwd=ROOT,
            env={**os.environ, **check.environment},
            stdout=printed,
            stderr=subprocess.STDOUT,
        )
        status = _ended(process, hangs)
        seconds = time.monotonic() - started
        printed.seek(0)
        with PRINTING:
            print(f"\n── {check.name} ({seconds:.0f} s)", flush=True)
            sys.stdout.buffer.write(printed.read())
            sys.stdout.flush()
    return Result(check, passed=status == 0, seconds=seconds, hung=status is None)


def by_itself(result: Result) -> Result:
    """A check that failed among others, run again alone, and no more of it than failed."""
    check = result.check
    again = run(replace(check, name=f"{check.name}: again, by itself", command=[*check.command, *check.of_what_failed]))
    return replace(again, check=check, seconds=result.seconds + again.seconds, by_itself=True)


def _ended(process: subprocess.Popen[bytes], hangs: float) -> int | None:
    """Its status, or None if it had to be ended."""
    try:
        return process.wait(hangs)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)  # pytest shows where it was, and ends its fixtures
        try:
            process.wait(GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        return None
