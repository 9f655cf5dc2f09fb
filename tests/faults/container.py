"""The RabbitMQ of our compose file as a node that can be hurt: FAULTS_BROKER=container chooses it."""

import os
import re
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from native.rabbitmq import RabbitMQ
from tests.faults.broker import Node

ROOT = Path(__file__).parents[2]


@dataclass
class ContainerNode(Node):
    """A Node in a container, on this machine's own network and with its data in the same `folder`."""

    def freeze(self) -> None:
        """See Node."""
        _docker("pause", self._container)

    def thaw(self) -> None:
        """See Node."""
        _docker("unpause", self._container)

    @property
    def _container(self) -> str:
        return f"cogo-faults-{self.port}"

    def _program(self, name: str) -> list[str | Path]:
        if name != "rabbitmq-server":
            return ["docker", "exec", self._container, name]
        given = [f"--env={key}={value}" for key, value in RabbitMQ._environment(self).items() if key != "PATH"]
        mounted = f"--volume={self.folder}:{self.folder}"
        return [
            "docker", "run", "--rm", f"--name={self._container}", "--network=host", "--user=0", mounted,
            f"--entrypoint={name}", *given, _image(),
        ]  # fmt: skip

    def _signal(self, number: int) -> None:
        _docker("kill", f"--signal={signal.Signals(number).name}", self._container)


def chosen_node(folder: Path, **ports: int) -> Node:
    """A node of the kind that FAULTS_BROKER names: `native`, as without it, or `container`."""
    kinds = {"native": Node, "container": ContainerNode}
    return kinds[os.environ.get("FAULTS_BROKER") or "native"](folder, **ports)


def _image() -> str:
    return re.search(r"image: (rabbitmq:\S+)", (ROOT / "docker-compose.yml").read_text())[1]


def _docker(*arguments: str) -> None:
    subprocess.run(["docker", *arguments], check=True, capture_output=True)
