"""One delivery of a message, and the way back to the broker from whatever thread handles it."""

from collections.abc import Callable
from typing import NamedTuple

from pika import BasicProperties
from pika.channel import Channel

from messaging.topology import Queue


class Delivery(NamedTuple):
    """One delivery of a message. It is acknowledged on the channel it came on, or not at all:
    the tag means something else on any other channel, and the broker closes a channel for that."""

    channel: Channel
    tag: int
    queue: Queue
    properties: BasicProperties
    body: bytes
    redelivered: bool
    on_acked: Callable[[], None] | None = None  # what the thread of the channel does once this is acknowledged

    def __str__(self) -> str:
        return f"{self.type} {self.properties.message_id or '(no id)'}"

    @property
    def type(self) -> str:
        """The type it says it has; or, where a program says none, that of its queue."""
        return self.properties.type or self.queue.default_type

    @property
    def is_live(self) -> bool:
        """Whether it can still be acknowledged; otherwise the broker delivers the message again."""
        return bool(self.channel.is_open)

    @property
    def times_back(self) -> int:
        """How often it went back to its queue. A header that came with the message itself is not believed."""
        times = (self.properties.headers or {}).get("x-delivery-count") if self.redelivered else 0
        return times if isinstance(times, int) else 0

    def acknowledge(self) -> None:
        """Tell the broker that this message, and with it all before it on its channel, is done with."""
        have_done(self.channel, lambda: self.channel.basic_ack(self.tag, multiple=True))
        if self.on_acked:
            have_done(self.channel, self.on_acked)

    def answer(self, words: str) -> None:
        """Send `words` to whoever waits for an answer, for as long as they wait."""
        reply_to = str((self.properties.headers or {}).get("reply_to"))
        have_done(self.channel, lambda: self.channel.basic_publish("", reply_to, words.encode(), self.properties))


def have_done(channel: Channel, work: Callable[[], object]) -> None:
    """By the thread that owns the channel, unless it is closed by then."""
    loop = channel.connection.ioloop  # type: ignore[attr-defined]
    loop.add_callback_threadsafe(lambda: work() if channel.is_open else None)
