"""The running application as something to act upon: stop a part, start it, have more of it."""

import subprocess
import sys
from dataclasses import dataclass

from lab import settings

COMPOSE = {
    "compose": ("docker", "compose"),
    "cluster": ("docker", "compose", "--file", "docker-compose.yml", "--file", "docker-compose.cluster.yml"),
}
ENGINES = ("native", *COMPOSE)


class StackError(Exception):
    """A command to the container engine or the native supervisor failed; its output says why."""


@dataclass(frozen=True)
class Stack:
    """What `make up` started. The commands are those that a person would type."""

    engine: str

    @property
    def is_cluster(self) -> bool:
        """Whether each part is there more than once."""
        return self.engine == "cluster"

    @property
    def brokers(self) -> tuple[str, ...]:
        """The services that are RabbitMQ's nodes."""
        return ("rabbitmq", "rabbitmq_2", "rabbitmq_3") if self.is_cluster else ("rabbitmq",)

    @property
    def workers(self) -> int:
        """How many workers it is started with."""
        return 3 if self.is_cluster else 1

    @property
    def stop_command(self) -> str:
        """What a person types to end all of it."""
        return "make down"

    def is_up(self) -> bool:
        """Whether any part of it is there."""
        shown = self._call("ps", "--all", "--quiet") if self._in_containers else self._call("status")
        return bool(shown.strip()) and "nothing runs" not in shown

    def stop(self, *services: str) -> None:
        """Stop services, all at once; returns when they have stopped. Raises StackError."""
        self._call("stop", *services)

    def start(self, *services: str) -> None:
        """Start them again; they may take a while to answer. Raises StackError."""
        self._call("start", *services)

    def scale(self, service: str, number: int) -> None:
        """Have `number` processes of it. Raises StackError."""
        if self._in_containers:
            self._call("up", "--detach", "--no-recreate", "--no-deps", "--scale", f"{service}={number}", service)
        else:
            self._call("scale", service, str(number))

    def run_in(self, service: str, *command: str, given: str | None = None) -> str:
        """What `command`, run with a service's code and settings, prints when it reads `given`. Raises StackError."""
        if self._in_containers:
            return self._call("exec", "--no-TTY", service, *command, given=given)
        return self._call("run", service, *command, given=given)

    def logs(self, service: str) -> str:
        """All that a service has logged and that is still kept. Raises StackError."""
        return self._call("logs", "--no-color", service) if self._in_containers else self._call("logs", service)

    def kill(self, service: str) -> None:
        """End a service's containers without a word. Raises StackError."""
        self._call("kill", service)

    def promote(self) -> str:
        """Make the standby of a cluster's database the primary; what was done, in words. Raises StackError."""
        return self._run(sys.executable, "-m", "controls", "--engine", self.engine, "promote")

    @property
    def _in_containers(self) -> bool:
        return self.engine in COMPOSE

    def _call(self, *arguments: str, given: str | None = None) -> str:
        return self._run(*COMPOSE.get(self.engine, (sys.executable, "-m", "native")), *arguments, given=given)

    def _run(self, *command: str, given: str | None = None) -> str:
        done = subprocess.run(  # noqa: S603 - our own arguments
            command, cwd=settings.ROOT, capture_output=True, text=True, check=False, input=given
        )
        if done.returncode:
            raise StackError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout
