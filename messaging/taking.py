"""Takes what waits in a queue, without ever having much of it in memory."""

from collections.abc import Iterator

from pika import BasicProperties
from pika.adapters.blocking_connection import BlockingChannel

AT_ONCE = 100  # messages that are fetched together: each may be as large as the broker permits
LATE = 5.0  # seconds for which the next of them may be on its way; later, somebody else has it

Taken = tuple[int, BasicProperties, bytes]  # delivery tag, properties, body


def depth(channel: BlockingChannel, queue: str) -> int:
    """How many messages wait in the queue; those that somebody has in hand are not among them."""
    return int(channel.queue_declare(queue, passive=True).method.message_count)


def take(channel: BlockingChannel, queue: str) -> Iterator[list[Taken]]:
    """What is in the queue, in its order, by the hundred. Whatever is not acknowledged goes back when the channel is
    closed.

    Needs a channel without another consumer. While a part is looked at nothing more is fetched, so what is acknowledged
    of it has no later message come before its time.
    """
    while together := min(AT_ONCE, depth(channel, queue)):
        channel.basic_qos(prefetch_count=together)
        part: list[Taken] = []
        for method, properties, body in channel.consume(queue, inactivity_timeout=LATE):
            if method is None or properties is None or body is None or method.delivery_tag is None:
                break
            part.append((method.delivery_tag, properties, body))
            if len(part) == together:
                break
        channel.cancel()
        yield part
