"""Takes messages from the broker on a thread of its own, so that a slow handler never misses a heartbeat."""

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import pika
from pika import BasicProperties, frame
from pika.channel import Channel
from pika.spec import Basic

from messaging import metrics
from messaging.backoff import Backoff
from messaging.connection import CONNECTION_ERRORS, Stopped, connect, parameters, reason
from messaging.shutdown import Stop
from messaging.topology import Queue, declare

log = logging.getLogger(__name__)


class Delivery(NamedTuple):
    """One delivery of a message. It is acknowledged on the channel it came on, or not at all:
    the tag means something else on any other channel, and the broker closes a channel for that."""

    channel: Channel
    tag: int
    queue: Queue
    properties: BasicProperties
    body: bytes

    def __str__(self) -> str:
        return f"{self.type} {self.properties.message_id or '(no id)'}"

    @property
    def type(self) -> str:
        """The type it says it has; or, as course programs say none, that of its queue."""
        return self.properties.type or self.queue.default_type

    @property
    def is_live(self) -> bool:
        """Whether it can still be acknowledged; otherwise the broker delivers the message again."""
        return bool(self.channel.is_open)

    def acknowledge(self) -> None:
        """Tell the broker that this message, and with it all before it on its channel, is done with."""
        _have_done(self.channel, lambda: self.channel.basic_ack(self.tag, multiple=True))

    def answer(self, words: str) -> None:
        """Send `words` to whoever waits for an answer, for as long as they wait."""
        reply_to = str((self.properties.headers or {}).get("reply_to"))
        _have_done(self.channel, lambda: self.channel.basic_publish("", reply_to, words.encode(), self.properties))


def _have_done(channel: Channel, work: Callable[[], None]) -> None:
    """By the thread that owns the channel, unless it is closed by then."""
    loop = channel.connection.ioloop  # type: ignore[attr-defined]
    loop.add_callback_threadsafe(lambda: work() if channel.is_open else None)


class _Connection(pika.SelectConnection):
    """Hands the frames of a message straight to their channel: pika first looks, for each, who else may wait for it."""

    def _process_frame(self, value: Any) -> None:
        if isinstance(value, frame.Header | frame.Body) or isinstance(getattr(value, "method", None), Basic.Deliver):
            self._deliver_frame_to_channel(value)  # type: ignore[attr-defined]
        else:
            super()._process_frame(value)  # type: ignore[misc]


class Intake(threading.Thread):
    """Keeps a consuming connection; puts each Delivery on `deliveries`.

    Makes a new one whenever the broker closed the connection or the channel, or cancelled a consumer.
    """

    def __init__(
        self, url: str, name: str, queues: Sequence[Queue], prefetch: int, stop: Stop, on_bound: Callable[[], None]
    ) -> None:
        super().__init__(name="intake", daemon=True)
        self.deliveries: queue.SimpleQueue[Delivery] = queue.SimpleQueue()
        self._url = url
        self._name = name
        self._queues = queues
        self._prefetch = prefetch
        self._stopping = stop
        self._on_bound = on_bound
        self._channel: Channel | None = None

    def run(self) -> None:
        """Consume until asked to stop, then until `finish`."""
        backoff = Backoff()
        while not self._stopping.is_set():
            try:
                with connect(self._url, f"{self._name} topology", self._stopping) as blocking:
                    declare(blocking.channel())
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
                _have_done(self._channel, partial(self._channel.basic_cancel, tag))

    def finish(self) -> None:
        """Close the connection: what was not acknowledged goes back to its queue."""
        if self._channel is not None:
            _have_done(self._channel, self._channel.connection.close)
        self.join(5)

    def _on_open(self, connection: pika.SelectConnection) -> None:
        connection.channel(on_open_callback=self._on_channel)

    def _on_channel(self, channel: Channel) -> None:
        self._channel = channel  # first: whoever stops us either finds it, or was seen here
        if self._stopping.is_set():
            channel.connection.close()
            return
        channel.add_on_close_callback(self._on_ended)
        channel.add_on_cancel_callback(lambda _frame: self._on_ended(channel))
        channel.basic_qos(prefetch_count=self._prefetch)
        self._on_bound()
        for each in self._queues:
            channel.basic_consume(each.name, partial(self._on_delivery, each))
        metrics.CONNECTIONS.labels("consume").inc()
        metrics.CONNECTED.labels("consume").set(1)
        log.info("consuming %s", ", ".join(each.name for each in self._queues))

    def _on_delivery(
        self, source: Queue, channel: Channel, method: Any, properties: BasicProperties, body: bytes
    ) -> None:
        self.deliveries.put(Delivery(channel, method.delivery_tag, source, properties, body))

    def _on_ended(self, channel: Channel, *_reason: Any) -> None:
        if channel.connection.is_open:
            channel.connection.close(reply_text="the broker ended the consumer")

    def _on_lost(self, connection: pika.SelectConnection, error: BaseException) -> None:
        metrics.CONNECTED.labels("consume").set(0)
        if not self._stopping.is_set():
            log.warning("lost RabbitMQ (%s); connecting again", reason(error))
        connection.ioloop.stop()
