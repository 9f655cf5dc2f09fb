"""Gives a queue the arguments that this version asks for: RabbitMQ changes none, so it is made anew.

What waits in it is moved into a spare queue meanwhile, and back. Each message is confirmed in one before it is
acknowledged in the other, so after any interruption all of them are in one of both: do it again, and it goes on.
What was sent on when the connection was lost may be there twice, under one message id.

While the queue is away, what is published to an exchange goes into the spare one, and what is published to the queue by
its name is refused, and stays where it was.
"""

import time
from copy import copy

from pika import BasicProperties
from pika.adapters.blocking_connection import BlockingConnection

from messaging.declaring import declare, readers
from messaging.holding import hold
from messaging.taking import take
from messaging.topology import NO_LIMIT, Declaration, Queue

QUIET = 1.0  # seconds for which nothing may arrive before a queue goes; what is on its way arrives sooner
GRACE = 12.0  # the same where its reader may just be about to end, and give back what it had in hand


class StillRead(Exception):
    """Somebody reads the queue, or puts messages into it by its name: stop those processes first."""


def spare(name: str) -> str:
    """The name of the queue in which messages wait while `name` is made anew."""
    return f"{name}.moving"


def migrate(connection: BlockingConnection, wanted: Declaration, used_by: Queue | None) -> int:
    """Make the queue anew, with all that was in it, and count that.

    `used_by` is the queue whose readers read it, or put messages into it by its name; None where nobody does. Raises
    StillRead, InOtherHands.
    """
    with hold(connection, wanted.name):
        _insist_that_nobody(connection, wanted, used_by)
        beside = spare(wanted.name)
        channel = connection.channel()
        channel.queue_declare(beside, durable=True, arguments={"x-queue-type": "quorum", "x-delivery-limit": NO_LIMIT})
        wanted.bind(channel, beside)
        if readers(connection, wanted.name) is not None:
            wanted.unbind(channel)
            if used_by and wanted.name == used_by.name and readers(connection, used_by.retry) is not None:
                _empty(connection, used_by.retry, beside, QUIET)  # they would come by its name, just when it is away
            _empty(connection, wanted.name, beside, GRACE if used_by else QUIET, is_dead=not used_by)
            _insist_that_nobody(connection, wanted, used_by)
            channel.queue_delete(wanted.name)
        if refused := declare(connection, wanted.name, wanted.make):
            raise StillRead(f"somebody made {wanted.name} again meanwhile, in another way: {refused}")
        wanted.bind(channel)
        wanted.unbind(channel, beside)
        moved = _empty(connection, beside, wanted.name, QUIET, is_dead=not used_by)
        channel.queue_delete(beside)
        return moved


def _insist_that_nobody(connection: BlockingConnection, wanted: Declaration, used_by: Queue | None) -> None:
    for name in {wanted.name, used_by.name} if used_by else {wanted.name}:
        if number := readers(connection, name):
            raise StillRead(f"{number} consumers read {name}: stop them, and start them again afterwards")


def _empty(connection: BlockingConnection, name: str, into: str, quiet: float, is_dead: bool = False) -> int:
    """Move all of it, until nothing came for so many seconds: how many."""
    channel = connection.channel()
    channel.confirm_delivery()
    moved, quiet_since = 0, time.monotonic()
    while time.monotonic() < quiet_since + quiet:
        for part in take(channel, name):
            for tag, properties, body in part:
                channel.basic_publish("", into, body, _as_it_was(properties, is_dead), mandatory=True)
                channel.basic_ack(tag)
            moved, quiet_since = moved + len(part), time.monotonic()
        connection.sleep(0.1)
    channel.close()
    return moved


def _as_it_was(properties: BasicProperties, is_dead: bool) -> BasicProperties:
    """Without the broker's own counts: from a publisher it takes `x-death` for a circle. Of a dead letter, which goes
    no further, that says why it died. And nothing ends on the way."""
    kept = copy(properties)
    counts = {"x-delivery-count", "x-acquired-count", *(() if is_dead else ("x-death",))}
    kept.headers = {name: value for name, value in (properties.headers or {}).items() if name not in counts}
    kept.delivery_mode, kept.expiration = 2, None
    return kept
