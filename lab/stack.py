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

    def is_up(self) -> bool:
        """Whether any part of it is there."""
        shown = self._call("ps", "--all", "--quiet") if self.engine == "compose" else self._call("status")
        return bool(shown.strip()) and "nothing runs" not in shown

    def stop(self, *services: str) -> None:
        """Stop services, all at once; returns when they have stopped. Raises StackError."""
        self._call("stop", *services)

    def start(self, *services: str) -> None:
        """Start them again; they may take a while to answer. Raises StackError."""
        self._call("start", *services)

    def scale(self, service: str, number: int) -> None:
        """Have `number` processes of it. Raises StackError."""
        if self.engine == "compose":
            self._call("up", "--detach", "--no-recreate", "--no-deps", "--scale", f"{service}={number}", service)
        else:
            self._call("scale", service, str(number))

    def run_in(self, service: str, *command: str, given: str | None = None) -> str:
        """What `command`, run with a service's code and settings, prints when it reads `given`. Raises StackError."""
        if self.engine == "compose":
            return self._call("exec", "--no-TTY", service, *command, given=given)
        return self._call("run", service, *command, given=given)

    def logs(self, service: str) -> str:
        """All that a service has logged and that is still kept. Raises StackError."""
        return self._call("logs", "--no-color", service) if self.engine == "compose" else self._call("logs", service)

    def _call(self, *arguments: str, given: str | None = None) -> str:
        program = ["docker", "compose"] if self.engine == "compose" else [sys.executable, "-m", "native"]
        done = subprocess.run(  # noqa: S603 - our own arguments
            [*program, *arguments], cwd=settings.ROOT, capture_output=True, text=True, check=False, input=given
        )
        if done.returncode:
            raise StackError(f"{' '.join([*program[-2:], *arguments])} failed:\n{done.stdout}{done.stderr}")
        return done.stdout
