"""The running application as something to act upon: stop a part, start it, have more of it."""

import subprocess
import sys
from dataclasses import dataclass

from lab import settings


class StackError(Exception):
    """A command to the container engine or the native supervisor failed; its output says why."""


@dataclass(frozen=True)
class Stack:
    """What `make up` started. The commands are those that a person would type."""

    engine: str

    @property
    def stop_command(self) -> str:
        """What a person types to end all of it."""
        return "make down"

    def stop(self, service: str) -> None:
        """Stop one service; returns when it has stopped. Raises StackError."""
        self._call("stop", service)

    def start(self, service: str) -> None:
        """Start it again; it may take a while to answer. Raises StackError."""
        self._call("start", service)

    def scale(self, service: str, number: int) -> None:
        """Have `number` processes of it. Raises StackError."""
        if self.engine == "compose":
            self._call("up", "--detach", "--no-recreate", "--no-deps", "--scale", f"{service}={number}", service)
        else:
            self._call("scale", service, str(number))

    def run_in(self, service: str, *command: str) -> str:
        """What `command` prints, run with the code and settings of a service. Raises StackError."""
        if self.engine == "compose":
            return self._call("exec", "--no-TTY", service, *command)
        return self._call("run", service, *command)

    def logs(self, service: str) -> str:
        """All that a service has logged and that is still kept. Raises StackError."""
        return self._call("logs", "--no-color", service) if self.engine == "compose" else self._call("logs", service)

    def _call(self, *arguments: str) -> str:
        program = ["docker", "compose"] if self.engine == "compose" else [sys.executable, "-m", "native"]
        done = subprocess.run(  # noqa: S603 - our own arguments
            [*program, *arguments], cwd=settings.ROOT, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise StackError(f"{' '.join([*program[-2:], *arguments])} failed:\n{done.stdout}{done.stderr}")
        return done.stdout
