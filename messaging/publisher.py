"""Publishes with a window of unconfirmed messages over one kept connection, and rebuilds it when it is lost.

Waiting for each confirm costs a round trip a message; a window costs one a window. pika's blocking
connection cannot do that, so its select connection runs here on a thread of its own.
"""

import logging
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Iterable, Sequence
from typing import Any

import pika
from pika.channel import Channel
from pika.spec import Basic

from messaging import metrics, topology
from messaging.backoff import Backoff
from messaging.batch import Batch, Outcome
from messaging.connection import CONNECTION_ERRORS, Stopped, connect, parameters, reason
from messaging.message import Wire
from messaging.shutdown import Stop

log = logging.getLogger(__name__)


class _Connection(pika.SelectConnection):
    """Sends a message in one call to the system. pika makes one for each of its three frames, and each lets go of
    Python's lock, for which the relay's other thread waits."""

    def _output_marshaled_frames(self, marshaled_frames: Sequence[bytes]) -> None:
        super()._output_marshaled_frames([b"".join(marshaled_frames)])  # type: ignore[misc]


class Publisher(threading.Thread):
    """One connection with one confirming channel. `submit` may be called from any thread.

    Promises: a message is CONFIRMED only after the broker's word that it is safe in a queue; messages of
    one caller are sent in the order given; nothing is sent twice by the publisher itself.
    The window is the caller's: pika's buffer is unbounded, so wait for a batch before submitting many more.
    """

    def __init__(self, url: str, name: str, stop: Stop) -> None:
        super().__init__(name="publisher", daemon=True)
        self._url = url
        self._name = name
        self._stopping = stop
        self._open = threading.Event()
        self._lock = threading.Lock()  # so that no batch slips in between "still open" and "lost"
        self._submitted: list[Batch] = []
        self._connection: pika.SelectConnection | None = None
        self._channel: Channel | None = None
        self._blocked_since: float | None = None
        self._tag = 0
        self._unconfirmed: OrderedDict[int, tuple[Batch, Wire]] = OrderedDict()
        self._returned: Counter[str] = Counter()  # a message may be on its way twice, when its confirm is very late

    def wait_open(self, seconds: float) -> bool:
        """Whether there is a channel to publish on, waiting up to `seconds` for it."""
        return self._open.wait(seconds)

    def submit(self, wires: Sequence[Wire]) -> Batch:
        """Send `wires` in order and return at once. Without a connection all of them are UNKNOWN."""
        batch = Batch(wires)
        with self._lock:
            connection = self._connection if self._open.is_set() else None
            if connection is not None:
                self._submitted.append(batch)
                connection.ioloop.add_callback_threadsafe(lambda: self._send(batch))
        if connection is None:
            self._lose((batch, wire) for wire in wires)
        return batch

    def declare(self) -> None:
        """Make the exchanges, queues and bindings that are missing. Raises Stopped, or one of CONNECTION_ERRORS."""
        with connect(self._url, f"{self._name} topology", self._stopping) as blocking:
            topology.declare(blocking.channel())

    def renew(self) -> None:
        """Close the connection, if there is one, and make another: what is on its way may become UNKNOWN."""
        with self._lock:
            connection = self._connection if self._open.is_set() else None
        if connection is not None:
            connection.ioloop.add_callback_threadsafe(lambda: connection.close() if connection.is_open else None)

    def run(self) -> None:
        """Keep a connection until asked to stop."""
        backoff = Backoff()
        while not self._stopping.is_set():
            try:
                self.declare()
                self._connection = _Connection(
                    parameters(self._url, self._name),
                    on_open_callback=lambda connection: connection.channel(on_open_callback=self._on_channel),
                    on_open_error_callback=self._on_lost,
                    on_close_callback=self._on_lost,
                )
                self._connection.ioloop.start()
                self._connection.ioloop.close()
                backoff.reset()
            except Stopped:
                return
            except CONNECTION_ERRORS as error:
                log.warning("publisher: %s", reason(error))
            self._stopping.wait(backoff.next())

    def close(self) -> None:
        """Close the connection, once everything submitted is answered for."""
        if self._connection is not None and self._open.is_set():
            self._connection.ioloop.add_callback_threadsafe(self._connection.close)
        self.join(5)

    def _on_channel(self, channel: Channel) -> None:
        self._tag = 0
        self._channel = channel
        channel.connection.add_on_connection_blocked_callback(self._on_blocked)
        channel.connection.add_on_connection_unblocked_callback(self._on_unblocked)
        channel.add_on_close_callback(self._on_channel_closed)
        channel.add_on_return_callback(self._on_return)
        channel.confirm_delivery(self._on_confirm, callback=self._on_ready)

    def _on_ready(self, _frame: Any) -> None:
        metrics.CONNECTIONS.labels("publish").inc()
        metrics.CONNECTED.labels("publish").set(1)
        self._open.set()
        if self._stopping.is_set() and self._connection is not None:
            self._connection.close()

    def _send(self, batch: Batch) -> None:
        with self._lock:
            if batch not in self._submitted:  # the connection was lost in the same turn of the loop: answered for
                return
            self._submitted.remove(batch)
        channel = self._channel
        for wire in batch.wires:
            if channel is None or not channel.is_open:
                batch.settle(wire, Outcome.UNKNOWN)
                continue
            self._tag += 1
            self._unconfirmed[self._tag] = (batch, wire)
            channel.basic_publish(wire.exchange, wire.key, wire.body, wire.properties(self._name), mandatory=True)

    def _on_return(self, _channel: Channel, _method: Any, properties: pika.BasicProperties, _body: bytes) -> None:
        # A confirm follows each return: without this note an unroutable message would pass for delivered.
        self._returned[str(properties.message_id)] += 1

    def _on_confirm(self, frame: Any) -> None:
        tag, multiple = frame.method.delivery_tag, frame.method.multiple
        answered = list(self._up_to(tag)) if multiple else [tag]
        confirmed = isinstance(frame.method, Basic.Ack)
        for each in answered:
            batch, wire = self._unconfirmed.pop(each)
            if confirmed and self._returned and self._returned[str(wire.id)]:
                self._returned[str(wire.id)] -= 1
                batch.settle(wire, Outcome.RETURNED)
            else:
                batch.settle(wire, Outcome.CONFIRMED if confirmed else Outcome.REFUSED)

    def _up_to(self, tag: int) -> Iterable[int]:
        for each in self._unconfirmed:
            if each > tag:
                return
            yield each

    def _on_blocked(self, *_: Any) -> None:
        self._blocked_since = time.monotonic()
        metrics.BLOCKED.set(1)
        log.warning("RabbitMQ is out of memory or disk, and takes no messages for now")

    def _on_unblocked(self, *_: Any) -> None:
        if self._blocked_since is not None:
            metrics.BLOCKED_SECONDS.inc(time.monotonic() - self._blocked_since)
        self._blocked_since = None
        metrics.BLOCKED.set(0)

    def _on_channel_closed(self, channel: Channel, error: Exception) -> None:
        if channel.connection.is_open:
            log.warning("publisher: the broker closed the channel (%s)", reason(error))
            channel.connection.close()

    def _on_lost(self, connection: pika.SelectConnection, error: BaseException) -> None:
        with self._lock:
            self._open.clear()
            unsent, self._submitted = self._submitted, []
        metrics.CONNECTED.labels("publish").set(0)
        self._on_unblocked()
        self._channel = None
        lost, self._unconfirmed = self._unconfirmed, OrderedDict()
        self._returned.clear()
        self._lose(lost.values())
        self._lose((batch, wire) for batch in unsent for wire in batch.wires)
        if not self._stopping.is_set():
            log.warning("lost RabbitMQ (%s); connecting again", error)
        connection.ioloop.stop()

    @staticmethod
    def _lose(messages: Iterable[tuple[Batch, Wire]]) -> None:
        for batch, wire in messages:
            batch.settle(wire, Outcome.UNKNOWN)
