"""Takes messages from the broker on a thread of its own, so that a slow handler never misses a heartbeat."""

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pika
from pika import BasicProperties, frame
from pika.channel import Channel
from pika.spec import Basic

from messaging import metrics
from messaging.backoff import Backoff
from messaging.connection import CONNECTION_ERRORS, Stopped, connect, parameters, reason
from messaging.delivery import Delivery, have_done
from messaging.shutdown import Stop
from messaging.topology import Queue, Topology

log = logging.getLogger(__name__)

RECEIVED = 64 * 1024  # bytes to a call to the system: with pika's 4096 the handler's thread would often come between
# Returns to its queue: such a message may be what ends each worker, and those taken beside it are counted with it.
REDELIVERY_LIMIT = 5


class _Connection(pika.SelectConnection):
    """Hands the frames of a message straight to their channel: pika first looks, for each, who else may wait for it."""

    def _process_frame(self, value: Any) -> None:
        if isinstance(value, frame.Header | frame.Body) or isinstance(getattr(value, "method", None), Basic.Deliver):
            self._deliver_frame_to_channel(value)  # type: ignore[attr-defined]
        else:
            super()._process_frame(value)  # type: ignore[misc]


class BrokerReader(threading.Thread):
    """Keeps a consuming connection; puts each Delivery on `deliveries`.

    Makes a new one whenever the broker closed the connection or the channel, or cancelled a consumer.
    What came back often is taken alone: nothing more is taken until it was acknowledged.
    """

    def __init__(
        self,
        url: str,
        name: str,
        topology: Topology,
        queues: Sequence[Queue],
        prefetch: int,
        stop: Stop,
        on_bound: Callable[[], None],
    ) -> None:
        super().__init__(name="broker reader", daemon=True)
        self.deliveries: queue.SimpleQueue[Delivery] = queue.SimpleQueue()
        self._url = url
        self._name = name
        self._topology = topology
        self._queues = queues
        self._prefetch = prefetch
        self._stopping = stop
        self._on_bound = on_bound
        self._channel: Channel | None = None
        self._unseen: list[Queue] = []
        self._alone_from = REDELIVERY_LIMIT

    def run(self) -> None:
        """Consume until asked to stop, then until `finish`."""
        backoff = Backoff()
        while not self._stopping.is_set():
            try:
                with connect(self._url, f"{self._name} topology", self._stopping) as blocking:
                    self._topology.declare(blocking)
                backoff.reset()
                connection = _Connection(parameters(self._url, self._name), self._on_open, self._on_lost, self._on_lost)
                connection.ioloop.start()
                connection.ioloop.close()
            except Stopped:
                return
            except CONNECTION_ERRORS as error:
                log.warning("lost RabbitMQ (%s); connecting again", reason(error))
            self._stopping.wait(backoff.next())

    def stop_consuming(self) -> None:
        """Let no more messages come; those that are here can still be acknowledged."""
        if self._channel is not None:
            for tag in self._channel.consumer_tags:
                have_done(self._channel, partial(self._channel.basic_cancel, tag))

    def finish(self) -> None:
        """Close the connection: what was not acknowledged goes back to its queue."""
        if self._channel is not None:
            have_done(self._channel, self._channel.connection.close)
        self.join(5)

    def _on_open(self, connection: pika.SelectConnection) -> None:
        connection._transport._MAX_RECV_BYTES = RECEIVED  # type: ignore[attr-defined]
        connection.channel(on_open_callback=self._on_channel)

    def _on_channel(self, channel: Channel) -> None:
        self._channel = channel  # first: whoever stops us either finds it, or was seen here
        if self._stopping.is_set():
            channel.connection.close()
            return
        channel.add_on_close_callback(self._on_ended)
        channel.add_on_cancel_callback(lambda _frame: self._on_ended(channel))
        channel.add_callback(lambda _frame: self._look_further(channel), [Basic.GetEmpty], one_shot=False)
        channel.basic_qos(prefetch_count=self._prefetch)
        self._on_bound()
        self._unseen = list(self._queues)
        self._look(channel)
        metrics.CONNECTIONS.labels("consume").inc()
        metrics.CONNECTED.labels("consume").set(1)
        log.info("consuming %s", ", ".join(each.name for each in self._queues))

    def _look(self, channel: Channel) -> None:
        """See what is first in each queue in turn, then consume them all."""
        if self._stopping.is_set():
            return
        if self._unseen:
            channel.basic_get(self._unseen[0].name, self._on_first)
            return
        self._alone_from = REDELIVERY_LIMIT
        for each in self._queues:
            channel.basic_consume(each.name, partial(self._on_delivery, each))

    def _look_further(self, channel: Channel) -> None:
        del self._unseen[0]
        self._look(channel)

    def _on_first(self, channel: Channel, method: Any, properties: BasicProperties, body: bytes) -> None:
        first = Delivery(channel, method.delivery_tag, self._unseen[0], properties, body, method.redelivered)
        if first.times_back < self._alone_from:
            self.deliveries.put(first)
            self._look_further(channel)
        else:
            log.warning("%s came back, %d times now: it is taken alone", first, first.times_back)
            self.deliveries.put(first._replace(on_acked=partial(self._look, channel)))

    def _on_delivery(
        self, source: Queue, channel: Channel, method: Any, properties: BasicProperties, body: bytes
    ) -> None:
        delivery = Delivery(channel, method.delivery_tag, source, properties, body, method.redelivered)
        if delivery.times_back < REDELIVERY_LIMIT:
            self.deliveries.put(delivery)
        else:
            self._alone_from = 1  # those before it go back with it, and are first then
            _close(channel, "a message that came back often is to be taken alone")

    def _on_ended(self, channel: Channel, *_reason: Any) -> None:
        _close(channel, "the broker ended the consumer")

    def _on_lost(self, connection: pika.SelectConnection, error: BaseException) -> None:
        metrics.CONNECTED.labels("consume").set(0)
        if not self._stopping.is_set():
            log.warning("lost RabbitMQ (%s); connecting again", reason(error))
        connection.ioloop.stop()


def _close(channel: Channel, why: str) -> None:
    if channel.connection.is_open:
        channel.connection.close(reply_text=why)
