"""Servers on machines of their own: three nodes of RabbitMQ, and a Postgres with its standby."""

import secrets
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from native.postgres import BINARIES
from tests.faults.broker import Node
from tests.faults.cluster import Cluster
from tests.faults.database import DATABASES, Database
from tests.faults.network import Machine

NAMES = Path(__file__).parents[1] / "end_to_end" / "names"
SETTINGS = """
cluster_partition_handling = pause_minority
net_ticktime = 8
loopback_users = none
"""


class NodeElsewhere(Node):
    """A node of the RabbitMQ that is installed here, on another machine."""

    @property
    def name(self) -> str:
        """See Node."""
        return f"rabbit@{self.host}"

    def _environment(self) -> dict[str, str]:
        return {
            **super()._environment(),
            "RABBITMQ_NODENAME": self.name,
            "RABBITMQ_USE_LONGNAME": "true",
            "ERL_EPMD_ADDRESS": self.host,
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "",
        }


class ClusterElsewhere(Cluster):
    """Three nodes on three machines, which clients know by one name."""

    url = "amqp://guest:guest@rabbitmq:5672/"

    def __init__(self, folder: Path, machines: Sequence[Machine]) -> None:
        cookie = secrets.token_hex(16)
        self.nodes = [
            NodeElsewhere(folder / f"on-{m.name}", 5672, 15672, 4369, 25672, host=m.address, before=m.enter)
            for m in machines
        ]
        for node in self.nodes:
            node.folder.mkdir(parents=True)
            (node.folder / ".erlang.cookie").write_text(cookie)
            (node.folder / ".erlang.cookie").chmod(0o400)
            node.settings = SETTINGS
        self._machines = {machine.address: machine for machine in machines}
        self._lost: list[Node] = []  # nobody asks these

    @property
    def environment(self) -> dict[str, str]:
        """With it, a program finds the nodes by their name."""
        places = ",".join(f"{node.host}:{node.port}" for node in self.nodes)
        return {"PYTHONPATH": str(NAMES), "COURSE_NAMES": f"rabbitmq:5672={places}"}

    def lose(self, node: Node) -> Machine:
        """Cut off its machine."""
        self._lost.append(node)
        machine = self._machines[node.host]
        machine.cut()
        return machine

    def stop(self) -> None:
        """Nothing of it runs any more."""
        for node in self.nodes:
            node.kill()
            node.stop()

    def _lead_to_them(self) -> None:
        """They are reached by their name."""

    def _running(self) -> Node:
        return next(node for node in self.nodes if node not in self._lost)


@dataclass
class DatabaseElsewhere(Database):
    """A server on another machine; its socket is reached from here nevertheless."""

    machine: Machine = field(kw_only=True)

    def copy(self, host: str, *options: str) -> None:
        """Begin with all that the server at `host` has."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._give_to_an_ordinary_user()
        command = [BINARIES / "pg_basebackup", "-D", self.folder, "-h", host, "-U", "postgres", "-c", "fast", *options]
        self.listens = self.machine.address
        with (self.folder.parent / "copy.log").open("ab") as log:
            assert self._begin(command, log).wait() == 0, (self.folder.parent / "copy.log").read_text()
        (self.folder / ".s.PGSQL.5432.lock").unlink(missing_ok=True)  # of the original, whose socket lies with its data

    def _begin(self, command: list[str | Path], output: int | BinaryIO) -> subprocess.Popen[bytes]:
        owner = self.folder.stat()
        as_owner = ["setpriv", f"--reuid={owner.st_uid}", f"--regid={owner.st_gid}", "--clear-groups"]
        return subprocess.Popen(
            [*self.machine.enter, *as_owner, *command], cwd="/", stdout=output, stderr=output, start_new_session=True
        )


class Pair:
    """A primary and its synchronous standby, used like one Database by the stage."""

    listens = ""

    def __init__(self, folder: Path, machines: Sequence[Machine]) -> None:
        self.primary, self.standby = (
            DatabaseElsewhere(folder / f"on-{machine.name}", machine=machine) for machine in machines
        )
        self._now = self.primary

    def start(self, original: Database) -> None:
        """Start both, with all that the original has."""
        self.primary.copy(str(original.socket_folder()))
        self.primary.start()
        self.standby.copy(self.primary.listens, "-R")
        self.standby.start()
        self.primary.ask("postgres", "ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.primary.ask("postgres", "SELECT pg_reload_conf()")

    def create(self, suffix: str) -> dict[str, str]:
        """See Database; whichever of the two can be written to."""
        self.primary.create(suffix)
        hosts = f"{self.primary.listens},{self.standby.listens}"
        options = "target_session_attrs=read-write&connect_timeout=3"
        return {name: f"postgres://{name}@{hosts}/{name}_{suffix}?{options}" for name in DATABASES}

    def ask(self, database: str, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """See Database."""
        return self._now.ask(database, statement, values)

    def promote(self) -> None:
        """From now on the standby is written to; the other one must not come back as it is."""
        self.standby.ask("postgres", "SELECT pg_promote()")
        self._now = self.standby

    def stop(self) -> None:
        """Neither of them runs any more."""
        for each in (self.primary, self.standby):
            each.stop()
