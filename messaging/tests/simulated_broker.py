"""RabbitMQ as the publisher's connection sees it, one step at a time and as bad as it may be.

It keeps what it has confirmed. Anything else it may lose: what is still on the wire, and what it has taken and not
yet confirmed. It stands where pika would: tags, confirms and returns are handled by the real publisher.
"""

from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from pika import BasicProperties
from pika.exceptions import ConnectionClosed
from pika.spec import Basic

from messaging.publisher import Publisher


@dataclass(eq=False)
class Copy:
    """A message that was sent once; the same message sent again is another."""

    tag: int
    id: UUID
    exchange: str
    routing_key: str
    is_mandatory: bool


class Connection:
    """One connection with one channel; also the channel, and the loop that calls back."""

    def __init__(self, broker: "Broker", publisher: Publisher) -> None:
        self.is_open = True
        self.connection = self.ioloop = self
        self.wire: deque[Copy] = deque()
        self.taken: dict[int, Copy] = {}
        self._broker = broker
        self._publisher = publisher
        self._tag = 0
        publisher._connection = self
        publisher.on_channel_open(self)
        publisher.run_once(0)

    def take(self) -> None:
        """The broker reads the next message; it is in a queue then, or comes back if none is bound."""
        copy = self.wire.popleft()
        if self._broker.is_bound:
            self._broker.queue.append(copy)
        elif copy.is_mandatory and self.is_open:
            self._return(self, copy, BasicProperties(message_id=str(copy.id)), b"")
        self.taken[copy.tag] = copy

    def answer(self, tag: int, *, multiple: bool, confirm: bool) -> None:
        """The broker's word on one message, or on all that it took up to this one."""
        for each in [each for each in self.taken if each == tag or (multiple and each < tag)]:
            copy = self.taken.pop(each)
            if not confirm:
                self._broker.drop([copy])
            elif copy in self._broker.queue:
                self._broker.safe.append(copy)
        if self.is_open:
            method = (Basic.Ack if confirm else Basic.Nack)(tag, multiple)
            self._confirm(SimpleNamespace(method=method))

    def lose(self) -> None:
        """The connection breaks; what is on the wire may still be read by the broker."""
        self.is_open = False
        self._publisher.on_connection_closed(self, ConnectionClosed(320, "simulated"))

    # What the publisher calls.

    def add_on_return_callback(self, callback: Callable[..., None]) -> None:
        self._return = callback

    def confirm_delivery(self, on_confirm: Callable[[Any], None], callback: Callable[[Any], None]) -> None:
        self._confirm = on_confirm
        callback(None)

    def basic_publish(self, exchange: str, key: str, _body: bytes, properties: Any, mandatory: bool = False) -> None:
        self._tag += 1
        self.wire.append(Copy(self._tag, UUID(properties.message_id), exchange, key, mandatory))

    def add_on_connection_blocked_callback(self, callback: Callable[[], None]) -> None:
        self.block = callback

    def add_on_connection_unblocked_callback(self, callback: Callable[[], None]) -> None:
        self.unblock = callback

    add_on_close_callback = call_later = flush = poll = process_timeouts = remove_timeout = lambda *_: None


@dataclass
class Broker:
    """One exchange and one queue, and every connection there ever was."""

    is_bound: bool = True
    queue: list[Copy] = field(default_factory=list)  # nothing is consumed, so in the order in which it came
    safe: list[Copy] = field(default_factory=list)
    connections: list[Connection] = field(default_factory=list)

    def connect(self, publisher: Publisher) -> Connection:
        """A new connection of this publisher."""
        publisher.declare = self.bind  # type: ignore[method-assign]
        self.connections.append(Connection(self, publisher))
        return self.connections[-1]

    def bind(self) -> None:
        """What the publisher does when a message came back."""
        self.is_bound = True

    def drop(self, copies: Collection[Copy]) -> None:
        """Have these no more: they were refused, or not on disk yet."""
        self.queue = [copy for copy in self.queue if copy not in copies]

    @property
    def delivered(self) -> list[UUID]:
        """Message ids, in the order of the queue."""
        return [copy.id for copy in self.queue]

    @property
    def confirmed(self) -> set[UUID]:
        """The messages of which a copy is safe."""
        return {copy.id for copy in self.safe}
