"""Makes exchanges and queues, as far as they are missing.

What is there already under that name, but with other properties, RabbitMQ does not change: it refuses the declaration.
That concerns this one queue or exchange only. It is used as it is, the others are declared, and it is told: in the log,
in `messaging_differs` and at /ready of the metrics, and by `topology check`.
"""

import logging
from collections.abc import Callable

from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection
from pika.exceptions import ChannelClosedByBroker

from messaging import metrics

log = logging.getLogger(__name__)

NOT_FOUND, PRECONDITION_FAILED = 404, 406


def declare(connection: BlockingConnection, name: str, make: Callable[[BlockingChannel], object]) -> str:
    """Have `make` make what is called `name`. What the broker says of one that is there with other properties; else
    empty. Raises ChannelClosedByBroker for any other reason."""
    channel = connection.channel()
    refused = ""
    try:
        make(channel)
        channel.close()
    except ChannelClosedByBroker as error:
        if error.reply_code != PRECONDITION_FAILED:
            raise
        refused = error.reply_text.removeprefix("PRECONDITION_FAILED - ")
    if refused:
        log.error("%s is not as this version asks for (%s): it is used as it is, and all else goes on", name, refused)
    metrics.DIFFERS.labels(name).set(bool(refused))
    return refused


def readers(connection: BlockingConnection, name: str) -> int | None:
    """How many consumers the queue has; None where there is no such queue."""
    channel = connection.channel()
    try:
        found = channel.queue_declare(name, passive=True).method.consumer_count
    except ChannelClosedByBroker as error:
        if error.reply_code != NOT_FOUND:
            raise
        return None
    channel.close()
    return int(found)
