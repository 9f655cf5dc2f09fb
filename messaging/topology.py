"""What is declared on the broker: exchanges, queues and bindings.

All queues are durable quorum queues: RabbitMQ 4.3 refuses non-durable shared ones, and a quorum queue
is on disk before it confirms. Each queue has two companions: a retry queue, where a message waits before
it comes back, and its owner's dead-letter queue, where it waits for a person.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection

from messaging.message import Message

DEAD_LETTERS = "dead_letters"
RETRY_DELAY_MS = 10_000
# A message that kills its worker again and again ends as a dead letter after this many deliveries.
DELIVERY_LIMIT = 50
# RabbitMQ 4 drops after 20 deliveries where there is no dead-letter exchange; 3.10 knows no "unlimited".
NO_LIMIT = 2_000_000_000


@dataclass(frozen=True)
class Queue:
    """A queue, who reads it, and the messages that arrive on it; the first is the one bare JSON is taken for.

    One that stands in for another, which is named in `instead_of`, has no companions: what is taken from it goes on in
    the other.
    """

    name: str
    owner: str
    messages: tuple[type[Message], ...]
    instead_of: str = ""

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
class Topology:
    """What a process declares whenever it connects: queues with their companions, and the exchanges they are bound to.

    A queue for which one of `stand_ins` is there meanwhile is declared and not bound. `also` is called with the
    connection afterwards, for what others expect to be there.
    """

    queues: tuple[Queue, ...] = ()
    stand_ins: tuple[Queue, ...] = ()
    also: Callable[[BlockingConnection], None] | None = None

    def standing_in_for(self, queues: Sequence[Queue]) -> list[Queue]:
        """Those of `stand_ins` that take the messages of one of these queues."""
        names = {queue.name for queue in queues}
        return [each for each in self.stand_ins if each.instead_of in names]

    def declare(self, connection: BlockingConnection) -> None:
        """Make everything that is missing; what is there already stays. Raises ChannelClosedByBroker (406)
        when something of the same name and other properties is there."""
        self.declare_on(connection.channel())
        if self.also:
            self.also(connection)

    def declare_on(self, channel: BlockingChannel) -> None:
        """The same on a channel, without what `also` makes."""
        channel.exchange_declare(DEAD_LETTERS, "direct", durable=True)
        for address in {message.address for queue in self.queues for message in queue.messages}:
            channel.exchange_declare(address.exchange, address.kind, durable=True)
        stood_in_for = {queue.instead_of for queue in self.stand_ins}
        for queue in self.queues:
            _declare_with_companions(channel, queue)
            if queue.name not in stood_in_for:
                for address in {message.address for message in queue.messages}:
                    channel.queue_bind(queue.name, address.exchange, routing_key=address.key)


def _declare_with_companions(channel: BlockingChannel, queue: Queue) -> None:
    dead = dead_letter_queue(queue.owner)
    _declare(channel, dead, {"x-delivery-limit": NO_LIMIT})
    channel.queue_bind(dead, DEAD_LETTERS, routing_key=queue.name)
    _declare(channel, queue.name, {"x-delivery-limit": DELIVERY_LIMIT, **_then(DEAD_LETTERS, queue.name)})
    _declare(channel, queue.retry, {"x-message-ttl": RETRY_DELAY_MS, **_then("", queue.name)})


def _declare(channel: BlockingChannel, name: str, arguments: dict[str, object]) -> None:
    channel.queue_declare(name, durable=True, arguments={"x-queue-type": "quorum", **arguments})


def _then(exchange: str, key: str) -> dict[str, object]:
    """Where the broker itself moves a message on: at least once, which needs reject-publish."""
    return {
        "x-dead-letter-exchange": exchange,
        "x-dead-letter-routing-key": key,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
