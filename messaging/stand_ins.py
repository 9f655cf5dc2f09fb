"""Queues that stand in for our own, and that others may read too: what we take there we move to our own at once."""

import logging
import threading
from collections.abc import Sequence
from functools import partial

from pika import BasicProperties
from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection
from pika.spec import Basic

from messaging.backoff import Backoff
from messaging.connection import CONNECTION_ERRORS, Stopped, connect, reason
from messaging.failure_publisher import without_notes
from messaging.shutdown import Stop
from messaging.topology import Queue, Topology

log = logging.getLogger(__name__)


class StandIns(threading.Thread):
    """Competes for the queues that stand in for `queues`, until asked to stop.

    Promises: a message is in our own queue, on disk, before it is taken from the other; what was not moved goes back.
    One at a time, so that whoever else reads the queue gets a share.
    """

    def __init__(self, url: str, name: str, topology: Topology, queues: Sequence[Queue], stop: Stop) -> None:
        super().__init__(name="stand-ins", daemon=True)
        self._url, self._name = url, f"{name} stand-ins"
        self._topology = topology
        self._queues = topology.standing_in_for(queues)
        self._stopping = stop

    def run(self) -> None:
        """Connect as often as it takes."""
        pauses = Backoff()
        while not self._stopping.is_set():
            try:
                with connect(self._url, self._name, self._stopping) as connection:
                    self._topology.declare(connection)
                    self._consume(connection, pauses)
            except Stopped:
                return
            except CONNECTION_ERRORS as error:
                log.warning("%s wait (%s); connecting again", self._names, reason(error))
                self._stopping.wait(pauses.next())

    @property
    def _names(self) -> str:
        return ", ".join(queue.name for queue in self._queues)

    def _consume(self, connection: BlockingConnection, pauses: Backoff) -> None:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.basic_qos(prefetch_count=1)
        channel.add_on_cancel_callback(lambda _: channel.close())  # the queue was deleted: it is declared anew
        for queue in self._queues:
            channel.basic_consume(queue.name, partial(_on_message, queue))
        log.info("moving what comes on %s", self._names)
        pauses.reset()
        while not self._stopping.is_set() and channel.is_open:
            connection.process_data_events(time_limit=1)


def move(channel: BlockingChannel, queue: Queue, tag: int, properties: BasicProperties, body: bytes) -> None:
    """Acknowledge this message of a queue that stands in for our own once its copy there is confirmed, under its id.

    The channel must confirm. Raises UnroutableError or NackError where our own does not take it.
    """
    channel.basic_publish("", queue.instead_of, body, without_notes(properties), mandatory=True)
    channel.basic_ack(tag)


def _on_message(
    queue: Queue, channel: BlockingChannel, method: Basic.Deliver, properties: BasicProperties, body: bytes
) -> None:
    move(channel, queue, method.delivery_tag or 0, properties, body)
    log.info("%s %s moved from %s", properties.type or "a message", properties.message_id or "(no id)", queue.name)
