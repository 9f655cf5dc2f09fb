"""One person at a time: who takes a queue's messages in hand, or makes it anew, holds it meanwhile.

An exclusive queue of RabbitMQ says so to others. It ends with its connection, however that ends.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from pika.adapters.blocking_connection import BlockingConnection
from pika.exceptions import ChannelClosedByBroker

log = logging.getLogger(__name__)

RESOURCE_LOCKED = 405
PATIENCE = 20.0  # seconds


class InOtherHands(Exception):
    """Somebody else is at work on the queue just now: wait until they are done."""


@contextmanager
def hold(connection: BlockingConnection, name: str) -> Iterator[None]:
    """Be the only one at work on the queue `name`; for PATIENCE, wait for whoever is. Raises InOtherHands."""
    deadline = time.monotonic() + PATIENCE
    while not _is_held(connection, name):
        if time.monotonic() > deadline:
            raise InOtherHands(f"somebody else has {name} in hand; try again when they are done")
        log.warning("somebody else has %s in hand; waiting until they are done", name)
        connection.sleep(1)
    try:
        yield
    finally:
        if connection.is_open:
            connection.channel().queue_delete(_sign(name))


def _is_held(connection: BlockingConnection, name: str) -> bool:
    channel = connection.channel()
    try:
        channel.queue_declare(_sign(name), exclusive=True)
    except ChannelClosedByBroker as error:
        if error.reply_code != RESOURCE_LOCKED:
            raise
        return False
    channel.close()
    return True


def _sign(name: str) -> str:
    return f"{name}.in_hand"
