"""Three private RabbitMQ nodes in one cluster, behind one entrance that leads to whichever of them is there."""

import secrets
from contextlib import suppress
from pathlib import Path

import pika
import requests

from native.rabbitmq import free_port
from tests.faults.broker import Node
from tests.faults.container import chosen_node
from tests.faults.patience import until
from tests.faults.proxy import Proxy


class Cluster:
    """Used like a Node by the stage; its nodes are hurt one by one."""

    size = 3

    def __init__(self, folder: Path) -> None:
        epmd_port, cookie = free_port(), secrets.token_hex(16)
        self.nodes = [chosen_node(folder / f"node-{number}", epmd_port=epmd_port) for number in range(self.size)]
        for node in self.nodes:
            node.folder.mkdir(parents=True)
            (node.folder / ".erlang.cookie").write_text(cookie)
            (node.folder / ".erlang.cookie").chmod(0o400)
            node.settings = "cluster_partition_handling = pause_minority\n"  # who is alone serves nobody
        self._entrance: Proxy | None = None

    @property
    def url(self) -> str:
        """The entrance."""
        return f"amqp://guest:guest@127.0.0.1:{self._entrance.port}/"

    def start(self) -> None:
        """Start all three; returns once they are one cluster."""
        first, *others = self.nodes
        first.start()
        for node in others:
            node.start()
            node.control("stop_app")
            node.control("join_cluster", first.name)
            node.control("start_app")
        self._lead_to_them()

    def _lead_to_them(self) -> None:
        self._entrance = Proxy(*(node.port for node in self.nodes))

    def stop(self) -> None:
        """Nothing of it runs any more."""
        self._entrance.stop()
        for node in self.nodes:
            if node.process is not None:
                node.kill()
        self.nodes[0].stop()  # and the port mapper that they share

    def leader(self, vhost: str, queue: str) -> Node:
        """The node that leads the queue; returns once there is one."""
        names = {node.name: node for node in self.nodes if node.process is not None}
        assert until(lambda: self._queue(vhost, queue).get("leader") in names, 30)
        return names[self._queue(vhost, queue)["leader"]]

    def cut_off(self, node: Node) -> None:
        """Part it from the two others: neither side hears of the other any more, though all of them run."""
        node.control("eval", self._of_the_others(node, "erlang:set_cookie(N, 'parted'), erlang:disconnect_node(N)"))

    def join_again(self, node: Node) -> None:
        """Undo `cut_off`."""
        node.control("eval", self._of_the_others(node, "erlang:set_cookie(N, erlang:get_cookie())"))

    def is_whole(self) -> bool:
        """Whether each node says that all three are running."""
        with suppress(requests.RequestException):
            return all(sum(seen["running"] for seen in node.call("GET", "nodes")) == 3 for node in self.nodes)
        return False

    def create_vhost(self) -> str:
        """See Node."""
        return self._running().create_vhost()

    def waiting(self, vhost: str) -> dict[str, int]:
        """See Node."""
        return self._running().waiting(vhost)

    def take_all(self, vhost: str, queue: str) -> list[tuple[pika.BasicProperties, bytes]]:
        """See Node."""
        return self._running().take_all(vhost, queue)

    def _of_the_others(self, node: Node, statement: str) -> str:
        names = ", ".join(f"'{other.name}'" for other in self.nodes if other is not node)
        return f"[begin {statement} end || N <- [{names}]]."

    def _queue(self, vhost: str, queue: str) -> dict:
        return self._running().call("GET", f"queues/{vhost}/{queue}")

    def _running(self) -> Node:
        return next(node for node in self.nodes if node.process is not None)
