"""Exchanges, queues, bindings and consumers as the broker has them now."""

from dataclasses import dataclass, field
from typing import Any

from lab.feed.management import Management

OWN = "lab "  # how the lab's own connections begin, which nobody is told of
TAP = "lab.tap."  # how the lab's own queues begin, which nobody is shown
CARETAKER = "lab dead_letters"  # the connection on which the lab takes dead letters in hand
RETRY = ".retry"
DEAD = ".dead_letters"


@dataclass(frozen=True)
class Topology:
    """What is drawn. Consumers are connections, for that is what a process has."""

    exchanges: tuple[tuple[str, str], ...] = ()  # name and kind
    queues: tuple[str, ...] = ()
    bindings: tuple[tuple[str, str, str], ...] = ()  # exchange, queue, routing key
    between: tuple[tuple[str, str], ...] = ()  # exchanges that hand on to an exchange, and to which
    consumers: tuple[tuple[str, str], ...] = ()  # connection, and a queue that it reads
    names: dict[str, str] = field(default_factory=dict, compare=False)  # of a connection: what its client says it is
    held: dict[str, int] = field(default_factory=dict, compare=False)  # by connection: unacknowledged

    @property
    def shown_queues(self) -> list[str]:
        """Those with a box of their own: retry queues and dead letters are shown beside."""
        return [name for name in self.queues if not name.endswith((RETRY, DEAD))]

    def exchange_is_shown(self, name: str) -> bool:
        """Whether it has a box: the broker's own, and where dead letters go, have none."""
        return any(name == shown for shown, _ in self.exchanges)


def read(api: Management) -> Topology:
    """The topology of this moment. Raises requests.RequestException."""
    queues = tuple(sorted(each["name"] for each in api.in_vhost("queues", "name")))
    queues = tuple(name for name in queues if not name.startswith(TAP))
    bound_all = api.in_vhost("bindings", "source,destination,destination_type,routing_key")
    bindings = tuple(
        sorted(
            (each["source"], each["destination"], each["routing_key"])
            for each in bound_all
            if each["source"] and each["destination_type"] == "queue" and each["destination"] in queues
        )
    )
    between = tuple(
        sorted((each["source"], each["destination"]) for each in bound_all if each["destination_type"] == "exchange")
    )
    bound = {source for source, _, _ in bindings}
    exchanges = tuple(
        (each["name"], each["type"])
        for each in api.in_vhost("exchanges", "name,type")
        if each["name"]
        and each["name"] != "dead_letters"
        and (not each["name"].startswith("amq.") or each["name"] in bound)
    )
    consumers = tuple(
        sorted({
            (each["channel_details"]["connection_name"], each["queue"]["name"])
            for each in api.in_vhost("consumers", "queue.name,channel_details.connection_name")
            if each["queue"]["name"] in queues and each.get("channel_details")  # [] while it does not know
        })
    )  # fmt: skip
    connections = api.get("connections", "name,client_properties.connection_name")
    names = {each["name"]: _client(each) for each in connections if "name" in each}
    held: dict[str, int] = {}
    for each in api.get("channels", "connection_details.name,messages_unacknowledged"):
        name = (each.get("connection_details") or {}).get("name", "")  # [] while it does not know
        held[name] = held.get(name, 0) + each.get("messages_unacknowledged", 0)
    return Topology(tuple(sorted(exchanges)), queues, bindings, between, consumers, names, held)


def _client(connection: dict[str, Any]) -> str:
    return str((connection.get("client_properties") or {}).get("connection_name", ""))
