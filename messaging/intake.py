"""Takes messages from the broker on a thread of its own, so that a slow handler never misses a heartbeat."""

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from pika import BasicProperties
from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection
from pika.exceptions import ConnectionWrongStateError

from messaging import metrics, topology
from messaging.backoff import Backoff
from messaging.connection import CONNECTION_ERRORS, Stopped, connect, reason
from messaging.shutdown import Stop

log = logging.getLogger(__name__)


class Delivery(NamedTuple):
    """One delivery of a message. It is acknowledged on the channel it came on, or not at all:
    the tag means something else on any other channel, and the broker closes a channel for that."""

    connection: BlockingConnection
    channel: BlockingChannel
    tag: int
    queue: topology.Queue
    properties: BasicProperties
    body: bytes

    def __str__(self) -> str:
        return f"{self.type} {self.properties.message_id or '(no id)'}"

    @property
    def type(self) -> str:
        """The type it says it has; or, as course programs say none, that of its queue."""
        return str(self.properties.type or self.queue.default_type)

    @property
    def is_live(self) -> bool:
        """Whether it can still be acknowledged; otherwise the broker delivers the message again."""
        return bool(self.channel.is_open)

    def acknowledge(self) -> None:
        """Tell the broker that this message, and with it all before it on its channel, is done with."""
        self._on_its_channel(lambda: self.channel.basic_ack(self.tag, multiple=True))

    def answer(self, words: str) -> None:
        """Send `words` to whoever waits for an answer, for as long as they wait."""
        reply_to = str((self.properties.headers or {}).get("reply_to"))
        self._on_its_channel(lambda: self.channel.basic_publish("", reply_to, words.encode(), self.properties))

    def _on_its_channel(self, do: Callable[[], None]) -> None:
        """Have the connection's own thread do it, unless it is too late."""
        try:
            self.connection.add_callback_threadsafe(lambda: do() if self.channel.is_open else None)
        except ConnectionWrongStateError:
            log.info("%s: connection lost before the acknowledgement; it will come again", self)


class Intake(threading.Thread):
    """Keeps a consuming connection; puts each Delivery on `deliveries`.

    Rebuilds it whenever the broker closed the connection or the channel, or cancelled a consumer:
    pika itself tells of the last two by saying nothing.
    """

    def __init__(
        self,
        url: str,
        name: str,
        queues: Sequence[topology.Queue],
        prefetch: int,
        stop: Stop,
        on_bound: Callable[[], None],
    ) -> None:
        super().__init__(name="intake", daemon=True)
        self.deliveries: queue.SimpleQueue[Delivery] = queue.SimpleQueue()
        self._url = url
        self._name = name
        self._queues = queues
        self._prefetch = prefetch
        self._stopping = stop
        self._finished = threading.Event()
        self._on_bound = on_bound
        self._cancelled = False

    def run(self) -> None:
        """Consume until asked to stop, then until `finish`."""
        backoff = Backoff()
        while not self._stopping.is_set():
            try:
                with connect(self._url, self._name, self._stopping) as connection:
                    channel = self._consume(connection)
                    backoff.reset()
                    metrics.CONNECTIONS.labels("consume").inc()
                    with metrics.CONNECTED.labels("consume").track_inprogress():
                        self._turn(connection, channel)
            except Stopped:
                return
            except CONNECTION_ERRORS as error:
                log.warning("lost RabbitMQ (%s); connecting again", reason(error))
                self._stopping.wait(backoff.next())

    def finish(self) -> None:
        """Close the connection: what was not acknowledged goes back to its queue."""
        self._finished.set()
        self.join(5)

    def _consume(self, connection: BlockingConnection) -> BlockingChannel:
        channel = connection.channel()
        topology.declare(channel)
        channel.basic_qos(prefetch_count=self._prefetch)
        channel.add_on_cancel_callback(self._on_cancel)
        self._cancelled = False
        self._on_bound()
        for each in self._queues:
            channel.basic_consume(each.name, partial(self._on_delivery, connection, each))
        log.info("consuming %s", ", ".join(each.name for each in self._queues))
        return channel

    def _turn(self, connection: BlockingConnection, channel: BlockingChannel) -> None:
        while channel.is_open and not self._cancelled and not self._stopping.is_set():
            connection.process_data_events(time_limit=1)
        if self._stopping.is_set() and channel.is_open:
            self._stop_consuming(connection, channel)
        elif not self._stopping.is_set():
            log.warning("the broker ended the consumer; starting it again")

    def _stop_consuming(self, connection: BlockingConnection, channel: BlockingChannel) -> None:
        for tag in list(channel.consumer_tags):
            channel.basic_cancel(tag)
        finished = False
        while channel.is_open and not finished:
            finished = self._finished.is_set()  # read first: what was acknowledged by then is still sent
            connection.process_data_events(time_limit=0.1)

    def _on_delivery(
        self,
        connection: BlockingConnection,
        source: topology.Queue,
        channel: BlockingChannel,
        method: Any,
        properties: BasicProperties,
        body: bytes,
    ) -> None:
        self.deliveries.put(Delivery(connection, channel, method.delivery_tag, source, properties, body))

    def _on_cancel(self, _method: Any) -> None:
        self._cancelled = True
