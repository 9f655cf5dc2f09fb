"""A broker in memory, for tests of your own handlers: no RabbitMQ, and what becomes of a message is decided as there.

    broker = MemoryBroker(TOPOLOGY)
    broker.publish(OrderPlaced(number=17, item="compass"))
    broker.run(consumer)
    assert broker.dead_letters("stock") == []

Routing, retries, dead letters and halved batches are those of the real consumer, whose code runs here; a message that
waits for another attempt has it at once. What it does not show: connections that break, and time.
"""

from collections import defaultdict, deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

from pika import BasicProperties
from pika.exceptions import UnroutableError

from messaging.consumer import Consumer
from messaging.delivery import Delivery
from messaging.failure_publisher import FailurePublisher, _with
from messaging.message import Message, Wire
from messaging.shutdown import Stop
from messaging.topology import DEAD_LETTERS, Queue, Topology, dead_letter_queue


class Kept(NamedTuple):
    """A message in a queue."""

    properties: BasicProperties
    body: bytes

    @property
    def id(self) -> str:
        """Its message id, the same however often it is delivered."""
        return str(self.properties.message_id)

    @property
    def why(self) -> str:
        """Why it could not be handled the last time; "" if it never failed."""
        return str((self.properties.headers or {}).get("why", ""))


class MemoryBroker:
    """Queues as `topology` declares them, empty at first. For one thread."""

    def __init__(self, topology: Topology) -> None:
        self._topology = topology
        self._queues: defaultdict[str, deque[Kept]] = defaultdict(deque)

    def publish(self, message: Message) -> None:
        """Put it into every queue that is bound for it. Raises pika's UnroutableError where none is."""
        self.send(message.wire())

    def send(self, wire: Wire) -> None:
        """The same for one that is ready to travel, as a row of the outbox is."""
        self._send(wire.exchange, wire.key, Kept(wire.properties(), wire.body))

    def relay(self) -> int:
        """Send what this service's outbox has, as its relay would, and count it. Needs Django and its database."""
        from messaging.outbox.pending import begin_session, pending
        from messaging.outbox.rows import mark_sent

        begin_session()
        rows = pending(limit=1000)
        for row in rows:
            self.send(row.wire)
        mark_sent([row.id for row in rows])
        return len(rows)

    def waiting(self, queue: Queue) -> list[Kept]:
        """What is in it, the oldest first."""
        return list(self._queues[queue.name])

    def dead_letters(self, owner: str) -> list[Kept]:
        """What the service `owner` could not handle, the oldest first."""
        return list(self._queues[dead_letter_queue(owner)])

    def run(self, consumer: Consumer) -> None:
        """Have the consumer handle what is in its queues, until nothing is left or a handler raises Outage: then that
        message and those behind it stay."""
        consumer._name, consumer._stop, consumer._failures = "test", _Impatient(), _Failures(self._send)
        for queue in consumer._queues:
            channel = _Channel(self._queues[queue.name])
            while channel.messages and consumer._handle(channel.deliveries(queue, consumer._handlers.batch)):
                pass
            channel.give_back()

    def _send(self, exchange: str, key: str, kept: Kept) -> None:
        names = {name.removesuffix(".retry") for name in self._bound(exchange, key)}
        if not names:
            raise UnroutableError([])
        for name in names:
            self._queues[name].append(kept)

    def _bound(self, exchange: str, key: str) -> set[str]:
        queues = self._topology.queues
        if exchange == "":
            return {name for queue in queues for name in (queue.name, queue.retry) if name == key}
        if exchange == DEAD_LETTERS:
            return {dead_letter_queue(queue.owner) for queue in queues if queue.name == key}
        addresses = {(queue.name, address) for queue in queues for address in queue.addresses}
        found = {
            name
            for name, address in addresses
            if address.exchange == exchange and _matches(address.kind, address.key, key)
        }
        beyond = {
            to.exchange
            for source, to in self._topology.forwards
            if source.exchange == exchange and _matches(source.kind, source.key, key)
        }
        return found.union(*(self._bound(each, key) for each in beyond))


def _matches(kind: str, bound: str, key: str) -> bool:
    if kind == "topic":
        return _fits(bound.split("."), key.split("."))
    return kind == "fanout" or bound == key


def _fits(pattern: list[str], words: list[str]) -> bool:
    """Whether the words of a routing key fit those of a topic's pattern: `*` is one word, `#` any number."""
    if not pattern:
        return not words
    if pattern[0] == "#":
        return any(_fits(pattern[1:], words[start:]) for start in range(len(words) + 1))
    return bool(words) and pattern[0] in ("*", words[0]) and _fits(pattern[1:], words[1:])


class _Channel:
    """A channel that hands out what is in one queue; also its connection and loop, where work is done at once."""

    is_open = True

    def __init__(self, messages: deque[Kept]) -> None:
        self.messages = messages
        self.connection = self.ioloop = self
        self._unacknowledged: dict[int, Kept] = {}
        self._tag = 0

    def deliveries(self, queue: Queue, batch_of: Callable[[Delivery], int]) -> list[Delivery]:
        """The next one, or as many as its handler takes at once."""
        taken = [self._deliver(queue)]
        with suppress(IndexError):
            for _ in range(1, batch_of(taken[0])):
                taken.append(self._deliver(queue))
        return taken

    def _deliver(self, queue: Queue) -> Delivery:
        kept = self.messages.popleft()
        self._tag += 1
        self._unacknowledged[self._tag] = kept
        channel: Any = self
        return Delivery(channel, self._tag, queue, kept.properties, kept.body, redelivered=False)

    def add_callback_threadsafe(self, work: Callable[[], None]) -> None:
        work()

    def basic_ack(self, tag: int, multiple: bool) -> None:
        for each in [each for each in self._unacknowledged if each == tag or (multiple and each < tag)]:
            del self._unacknowledged[each]

    def give_back(self) -> None:
        """What was not acknowledged is in front of its queue again."""
        self.messages.extendleft(reversed(self._unacknowledged.values()))
        self._unacknowledged.clear()


class _Failures(FailurePublisher):
    """Decides as the real one; publishes in memory."""

    def __init__(self, send: Callable[[str, str, Kept], None]) -> None:
        super().__init__("", "test", Stop())
        self._send = send

    def _moved(self, exchange: str, key: str, delivery: Delivery, noted: dict[str, Any]) -> bool:
        self._send(exchange, key, Kept(_with(delivery.properties, noted), delivery.body))
        delivery.acknowledge()
        return True


class _Impatient(Stop):
    """Nobody waits in a test: a pause ends as if one was asked to stop in it."""

    def wait(self, timeout: float | None = None) -> bool:
        return True
