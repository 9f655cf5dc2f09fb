"""What is declared on the broker: exchanges, queues and bindings.

All queues are durable quorum queues: RabbitMQ 4.3 refuses non-durable shared ones, and a quorum queue
is on disk before it confirms. Each queue has two companions: a retry queue, where a message waits before
it comes back, and its owner's dead-letter queue, where it waits for a person.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection

from messaging import declaring
from messaging.message import Address, Message

DEAD_LETTERS = "dead_letters"
RETRY_DELAY_MS = 10_000
# A message that kills its worker again and again ends as a dead letter after this many deliveries.
DELIVERY_LIMIT = 50
# RabbitMQ 4 drops after 20 deliveries where there is no dead-letter exchange; 3.10 knows no "unlimited".
NO_LIMIT = 2_000_000_000


@dataclass(frozen=True)
class Queue:
    """A queue, who reads it, and the messages that arrive on it; the first is the one bare JSON is taken for.

    They come from the exchanges that they are published to, or else from those in `bound_to`. A queue that stands in
    for another, which is named in `instead_of`, has no companions: what is taken from it goes on in the other.
    """

    name: str
    owner: str
    messages: tuple[type[Message], ...]
    instead_of: str = ""
    bound_to: tuple[Address, ...] = ()

    @property
    def addresses(self) -> set[Address]:
        """The exchanges and routing keys that it is bound by."""
        return set(self.bound_to) or {message.address for message in self.messages}

    @property
    def default_type(self) -> str:
        """The type of a message that came without one."""
        return self.messages[0].type

    @property
    def retry(self) -> str:
        """The name of the queue in which a message waits before it is tried again."""
        return f"{self.name}.retry"


def dead_letter_queue(owner: str) -> str:
    """The name of the queue that keeps the dead letters of the service `owner`."""
    return f"{owner}.{DEAD_LETTERS}"


@dataclass(frozen=True)
class Declaration:
    """A queue as this version asks for it, with the exchanges and routing keys that it is bound by."""

    name: str
    arguments: dict[str, Any]
    bindings: frozenset[tuple[str, str]] = frozenset()

    def make(self, channel: BlockingChannel) -> None:
        """Declare the queue. Raises ChannelClosedByBroker (406) when it is there with other arguments."""
        channel.queue_declare(self.name, durable=True, arguments=self.arguments)

    def bind(self, channel: BlockingChannel, name: str = "") -> None:
        """Bind it, or the queue `name` in its place."""
        for exchange, key in sorted(self.bindings):
            channel.queue_bind(name or self.name, exchange, routing_key=key)

    def unbind(self, channel: BlockingChannel, name: str = "") -> None:
        """The opposite."""
        for exchange, key in sorted(self.bindings):
            channel.queue_unbind(name or self.name, exchange, key)


@dataclass(frozen=True)
class Topology:
    """What a process declares whenever it connects: queues with their companions, and the exchanges they are bound to.

    A queue for which one of `stand_ins` is there meanwhile is declared and not bound. Of each pair in `forwards`, what
    comes to the first exchange goes on to the second as well, with its routing key. `also` is called with the
    connection afterwards, for what others expect to be there.
    """

    queues: tuple[Queue, ...] = ()
    stand_ins: tuple[Queue, ...] = ()
    also: Callable[[BlockingConnection], None] | None = None
    forwards: tuple[tuple[Address, Address], ...] = ()

    def standing_in_for(self, queues: Sequence[Queue]) -> list[Queue]:
        """Those of `stand_ins` that take the messages of one of these queues."""
        names = {queue.name for queue in queues}
        return [each for each in self.stand_ins if each.instead_of in names]

    def exchanges(self) -> list[tuple[str, str]]:
        """Names and kinds of all exchanges."""
        addresses = {address for queue in self.queues for address in queue.addresses}
        addresses |= {address for pair in self.forwards for address in pair}
        return sorted({(DEAD_LETTERS, "direct"), *((address.exchange, address.kind) for address in addresses)})

    def declarations(self) -> list[Declaration]:
        """All queues, with their companions."""
        stood_in_for = {queue.instead_of for queue in self.stand_ins}
        keys = {queue.owner: {(DEAD_LETTERS, each.name) for each in self.queues if each.owner == queue.owner}
                for queue in self.queues}  # fmt: skip
        found = [_asked_for(dead_letter_queue(owner), {"x-delivery-limit": NO_LIMIT}, keys[owner]) for owner in keys]
        for queue in self.queues:
            limits = {"x-delivery-limit": DELIVERY_LIMIT, **_then(DEAD_LETTERS, queue.name)}
            addresses = {(address.exchange, address.key) for address in queue.addresses}
            found.append(_asked_for(queue.name, limits, addresses if queue.name not in stood_in_for else set()))
            found.append(_asked_for(queue.retry, {"x-message-ttl": RETRY_DELAY_MS, **_then("", queue.name)}, set()))
        return found

    def declare(self, connection: BlockingConnection) -> None:
        """Make everything that is missing; what is there already stays, also where it is not as it is asked for."""
        for name, kind in self.exchanges():
            declaring.declare(connection, name, partial(_make_exchange, name, kind))
        for each in self.declarations():
            declaring.declare(connection, each.name, each.make)
        channel = connection.channel()
        self._bind_exchanges(channel)
        for each in self.declarations():
            each.bind(channel)
        channel.close()
        if self.also:
            self.also(connection)

    def declare_on(self, channel: BlockingChannel) -> None:
        """The same on a channel, without what `also` makes. Raises ChannelClosedByBroker (406) when something of the
        same name and other properties is there."""
        for name, kind in self.exchanges():
            _make_exchange(name, kind, channel)
        self._bind_exchanges(channel)
        for each in self.declarations():
            each.make(channel)
            each.bind(channel)

    def _bind_exchanges(self, channel: BlockingChannel) -> None:
        for source, destination in self.forwards:
            channel.exchange_bind(destination.exchange, source.exchange, source.key)


def _make_exchange(name: str, kind: str, channel: BlockingChannel) -> None:
    channel.exchange_declare(name, kind, durable=True)


def _asked_for(name: str, arguments: dict[str, Any], bindings: set[tuple[str, str]]) -> Declaration:
    return Declaration(name, {"x-queue-type": "quorum", **arguments}, frozenset(bindings))


def _then(exchange: str, key: str) -> dict[str, object]:
    """Where the broker itself moves a message on: at least once, which needs reject-publish."""
    return {
        "x-dead-letter-exchange": exchange,
        "x-dead-letter-routing-key": key,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
