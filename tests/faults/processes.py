"""The application's own commands as processes that can be killed, and whose logs can be searched."""

import os
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.faults.patience import PATIENCE

ROOT = Path(__file__).parents[2]
COMMANDS = {
    "relay": ("monolith/manage.py", "relay_outbox"),
    "worker": ("presentation_workflow/manage.py", "consume"),
    "workflow_relay": ("presentation_workflow/manage.py", "relay_outbox"),
    "subscriber": ("attendees_microservice/manage.py", "subscribe"),
    "notified": ("monolith/manage.py", "subscribe"),
    "web": ("monolith/manage.py", "serve"),
    "dead_letters": ("presentation_workflow/manage.py", "dead_letters", "replay", "--all"),
    "attendees_web": ("attendees_microservice/manage.py", "serve"),
    "poller": ("-m", "poller"),
}
READY = r"relaying the outbox|standing by|consuming |Started worker|polling http"


class Process:
    """One process of the application. Its log is kept over restarts."""

    def __init__(self, kind: str, number: int, folder: Path, env: dict[str, str]) -> None:
        self.kind = kind
        self._env = env
        self._file = folder / f"{kind}-{number}.log"
        self._file.touch()
        self.name = f"{kind} {number}"
        self._mark = 0
        self._running: subprocess.Popen[bytes] | None = None
        self._before: list[str] = []

    def move(self, before: list[str], **env: str) -> None:
        """End it in good order, and start it again on another machine, whose commands begin so; [] is home."""
        self._before = before
        self.restart(**env)

    def start(self, **env: str) -> None:
        """Start it, with `env` besides; returns at once."""
        self._mark = self._file.stat().st_size
        with self._file.open("ab") as log:
            self._running = subprocess.Popen(
                [*self._before, sys.executable, *COMMANDS[self.kind]],
                cwd=ROOT,
                env={**os.environ, **self._env, **env},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def configure(self, **env: str) -> None:
        """Start it with `env` besides from now on."""
        self._env |= env

    def command(self, *arguments: str) -> str:
        """What another command of the same service prints. Raises subprocess.CalledProcessError."""
        done = subprocess.run(
            [sys.executable, COMMANDS[self.kind][0], *arguments],
            cwd=ROOT,
            env={**os.environ, **self._env},
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def wait_ready(self, seconds: float = 30) -> None:
        """Return once it does what it is for."""
        deadline = time.monotonic() + PATIENCE * seconds
        while not re.search(READY, self.log(self._mark)):
            assert self.is_running(), f"{self.kind} ended:\n{self.log(self._mark)[-3000:]}"
            assert time.monotonic() < deadline, f"{self.kind} is not ready:\n{self.log(self._mark)[-3000:]}"
            time.sleep(0.05)

    @property
    def pid(self) -> int:
        """Its process number."""
        return self._running.pid

    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._running is not None and self._running.poll() is None

    @property
    def status(self) -> int | None:
        """The status with which it ended, or minus the signal that ended it; None while it runs."""
        return self._running.poll()

    def memory(self) -> float:
        """Its resident memory now, in MiB."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * resource.getpagesize() / 2**20

    def limit_files(self, number: int) -> int:
        """From now on it may open no file whose number would be that or higher; what the limit was."""
        soft, hard = resource.prlimit(self.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(self.pid, resource.RLIMIT_NOFILE, (number, hard))
        return soft

    def freeze(self) -> None:
        """Stop its clock: connections stay open and nothing answers."""
        os.killpg(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Go on after `freeze`."""
        os.killpg(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        """SIGKILL; returns when it is gone."""
        os.killpg(self.pid, signal.SIGKILL)
        self._running.wait()

    def terminate(self, seconds: float = 15) -> int:
        """SIGTERM; its exit status. Raises subprocess.TimeoutExpired."""
        self._running.terminate()
        return self._running.wait(seconds)

    def restart(self, **env: str) -> None:
        """End it in good order, if it runs, and start it, with `env` besides; returns once it is ready."""
        if self.is_running():
            self.terminate()
        self.start(**env)
        self.wait_ready()

    def end(self) -> None:
        """Whatever its state, it is gone afterwards."""
        if self.is_running():
            self.kill()

    def mark(self) -> int:
        """The present end of its log, for `log` and `count`."""
        return self._file.stat().st_size

    def log(self, since: int = 0) -> str:
        """What it has logged since `mark`."""
        return self._file.read_bytes()[since:].decode(errors="replace")

    def count(self, words: str, since: int = 0) -> int:
        """How often the regular expression `words` is in its log since `mark`."""
        return len(re.findall(words, self.log(since)))
