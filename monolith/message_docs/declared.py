"""What `contracts.topology` asks of a broker, written down instead of done."""

from dataclasses import dataclass, field
from typing import Any, cast

from pika.adapters.blocking_connection import BlockingChannel

from contracts.topology import conference_go


@dataclass
class Declared:
    """A channel to nowhere: it notes what is declared on it."""

    exchanges: dict[str, dict[str, Any]] = field(default_factory=dict)
    queues: dict[str, dict[str, Any]] = field(default_factory=dict)
    bindings: set[tuple[str, str, str]] = field(default_factory=set)

    def exchange_declare(self, exchange: str, exchange_type: str, *, durable: bool) -> None:
        """Note an exchange."""
        self.exchanges[exchange] = {"type": exchange_type, "durable": durable}

    def queue_declare(self, queue: str, *, durable: bool, arguments: dict[str, Any]) -> None:
        """Note a queue."""
        self.queues[queue] = {"durable": durable, "arguments": arguments}

    def queue_bind(self, queue: str, exchange: str, routing_key: str) -> None:
        """Note a binding."""
        self.bindings.add((exchange, routing_key, queue))

    def as_document(self) -> dict[str, Any]:
        """All of it in the order of the names."""
        return {
            "exchanges": [{"name": name, **facts} for name, facts in sorted(self.exchanges.items())],
            "queues": [{"name": name, **facts} for name, facts in sorted(self.queues.items())],
            "bindings": [
                {"exchange": exchange, "routingKey": key, "queue": queue}
                for exchange, key, queue in sorted(self.bindings)
            ],
        }


def declared() -> Declared:
    """Everything that every side declares."""
    channel = Declared()
    conference_go().declare_on(cast(BlockingChannel, channel))
    return channel
