"""Programs that are measured: fresh processes that say when they are ready, and what they found."""

import json
import os
import signal
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

from benchmarks.ground import ROOT, Ground


class Ended(Exception):
    """A program ended before it had done its work; the message has what it last said."""


class Program:
    """A fresh process. It says `ready` on a line when it is, is told to go, and says at last what it found, as JSON."""

    def __init__(self, ground: Ground, arguments: list[str], env: dict[str, str], cwd: Path = ROOT) -> None:
        self._log = ground.folder / f"program-{uuid.uuid4().hex}.log"
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, *arguments], cwd=cwd, env=env, start_new_session=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
            )  # fmt: skip

    def __enter__(self) -> "Program":
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def wait_ready(self) -> None:
        """Returns once it is. Raises Ended."""
        while self._line() != b"ready\n":
            pass

    def go(self, words: str = "go") -> Any:
        """What it found, once told to begin. Raises Ended."""
        self.tell(words)
        return self.result()

    def tell(self, word: str) -> None:
        """Send it a line."""
        assert self.process.stdin
        self.process.stdin.write(f"{word}\n".encode())
        self.process.stdin.flush()

    def result(self) -> Any:
        """What it found. Raises Ended."""
        while not (line := self._line()).startswith((b"{", b"[")):
            pass
        return json.loads(line)

    def wait(self) -> None:
        """Returns once it has ended as it should. Raises Ended."""
        if self.process.wait():
            self.insist()

    def end(self) -> None:
        """End it and all it started, at once: of what it was doing nothing is needed any more."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()

    def insist(self) -> None:
        """Raises Ended if it is no longer running."""
        if self.process.poll() is not None:
            raise Ended(f"{self.process.args} ended with {self.process.returncode}:\n{self._end_of_log()}")

    def _line(self) -> bytes:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            self.insist()
        return line

    def _end_of_log(self) -> str:
        return self._log.read_text(errors="replace")[-3000:]
