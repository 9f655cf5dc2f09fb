"""A private RabbitMQ that can be hurt, and asked what it has."""

import shutil
import signal
import subprocess
import uuid
from dataclasses import dataclass
from typing import Any, ClassVar

import pika
import requests

from native.rabbitmq import PERMITTED, RabbitMQ

USER = "stage:that-the-processes-log-in-as"  # they are as deployed, and refuse guest

# Statistics are refreshed twice a second instead of every five, and the timeouts of consumers looked at every
# second instead of every minute.
IMPATIENT = ("{collect_statistics_interval, 500}", "{quorum_tick_interval, 500}", "{channel_tick_interval, 1000}")


@dataclass
class Node(RabbitMQ):
    """One node. What it logs is kept in `folder`, over all its restarts."""

    settings: str = ""  # more lines of its rabbitmq.conf
    size: ClassVar[int] = 1  # nodes
    settings_of_rabbit: ClassVar[tuple[str, ...]] = (PERMITTED, *IMPATIENT)

    @property
    def name(self) -> str:
        """What other nodes call it."""
        return self._environment()["RABBITMQ_NODENAME"]

    def freeze(self) -> None:
        """Stop its clock: connections stay open and nothing answers."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Go on after `freeze`."""
        self._signal(signal.SIGCONT)

    def is_expendable(self) -> bool:
        """Whether every queue would still have a majority without it."""
        command = [*self._program("rabbitmq-diagnostics"), "check_if_node_is_quorum_critical"]
        return subprocess.run(command, env=self._environment(), capture_output=True, check=False).returncode == 0

    def log(self) -> str:
        """All it has logged since it was first started."""
        return (self.folder / "node.log").read_text(errors="replace")

    def wipe(self) -> None:
        """Delete all its data, after `kill`."""
        shutil.rmtree(self.folder / "data")

    def create_vhost(self, name: str = "") -> str:
        """The name of a fresh virtual host, or of the one that was there before `wipe`."""
        name = name or f"stage-{uuid.uuid4().hex[:8]}"
        self.call("PUT", f"vhosts/{name}")
        user, password = USER.split(":")
        self.call("PUT", f"users/{user}", password=password, tags="")
        for each in ("guest", user):
            self.call("PUT", f"permissions/{name}/{each}", configure=".*", write=".*", read=".*")
        return name

    def call(self, verb: str, path: str, **body: Any) -> Any:
        """What the management API answers. Raises requests.RequestException."""
        answer = requests.request(
            verb, f"{self.management_url}/api/{path}", json=body or None, auth=("guest", "guest"), timeout=30
        )
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def waiting(self, vhost: str) -> dict[str, int]:
        """How many messages each queue has, in it or with a consumer; queues without any are left out."""
        queues = self.call("GET", f"queues/{vhost}")
        return {queue["name"]: queue["messages"] for queue in queues if queue.get("messages")}

    def take_all(self, vhost: str, queue: str) -> list[tuple[pika.BasicProperties, bytes]]:
        """Every message of the queue, which is empty afterwards."""
        with pika.BlockingConnection(pika.URLParameters(f"{self.url}{vhost}")) as connection:
            channel = connection.channel()
            taken = []
            while (got := channel.basic_get(queue, auto_ack=True))[0] is not None:
                taken.append((got[1], got[2]))
            return taken

    def publish(self, vhost: str, exchange: str, key: str, body: bytes, **properties: Any) -> None:
        """Publish past the application, confirmed."""
        self.publish_all(vhost, exchange, [(body, properties)], key)

    def publish_all(self, vhost: str, exchange: str, messages: list[tuple[bytes, dict]], key: str = "") -> None:
        """The same for several: body and properties of each."""
        with pika.BlockingConnection(pika.URLParameters(f"{self.url}{vhost}")) as connection:
            channel = connection.channel()
            channel.confirm_delivery()
            for body, properties in messages:
                channel.basic_publish(exchange, key, body, pika.BasicProperties(**properties), mandatory=True)

    def pour(self, vhost: str, queue: str, messages: list[tuple[bytes, dict]]) -> None:
        """Put them into the queue without waiting for a confirmation of each."""
        with pika.BlockingConnection(pika.URLParameters(f"{self.url}{vhost}")) as connection:
            channel = connection.channel()
            for body, properties in messages:
                channel.basic_publish("", queue, body, pika.BasicProperties(**properties))

    def _configure(self) -> None:
        super()._configure()
        with (self.folder / "rabbitmq.conf").open("a") as settings:
            settings.write(self.settings)
