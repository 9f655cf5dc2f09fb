"""Publishes many messages without waiting in between, and hears from the broker what became of each."""

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Self

from pika.adapters.blocking_connection import BlockingConnection
from pika.channel import Channel

from messaging import metrics
from messaging.batch import Batch, Outcome
from messaging.connection import CONNECTION_ERRORS, is_limit, parameters, reason
from messaging.gathering import GatheringConnection
from messaging.message import Wire
from messaging.topology import Topology
from messaging.unconfirmed import Unconfirmed

log = logging.getLogger(__name__)

LEAVING = 2.0  # seconds in which the broker may answer that the connection is closed


class Publisher:
    """One connection with one confirming channel, on the caller's own thread: it works while `run_once` does.

    Promises: a message is CONFIRMED only after the broker's word that it is safe in a queue; messages are sent in
    the order given, and nothing is sent twice. pika's buffer is unbounded: how many are on their way is up to the
    caller. Once `run_once` has raised, of what was not answered for by then nobody knows, and another publisher is
    needed. Whenever it connects it declares `topology`, so that there is something to publish to.
    """

    is_open = False  # whether there is a channel to send on

    def __init__(
        self, url: str, name: str, topology: Topology, on_declared: Callable[[BlockingConnection], object] | None = None
    ) -> None:
        """`on_declared` is called before the first message is sent, and whenever `declare` was needed again."""
        self._url = url
        self._name = name
        self._topology = topology
        self._on_declared = on_declared
        self._connection: GatheringConnection
        self._channel: Channel
        self._watched: list[int] = []
        self._confirms = False
        self._lost: BaseException | None = None
        self._blocked_since: float | None = None
        self._unconfirmed = Unconfirmed()

    def __enter__(self) -> Self:
        self._connection = GatheringConnection(
            parameters(self._url, self._name),
            on_open_callback=lambda connection: connection.channel(on_open_callback=self.on_channel_open),
            on_open_error_callback=self.on_connection_closed,
            on_close_callback=self.on_connection_closed,
        )
        self._connection.ioloop.activate_poller()
        return self

    def __exit__(self, *_: object) -> None:
        """Leave in good order; without the broker's word for it after some seconds."""
        for file in self._watched:
            with suppress(OSError):  # it is closed already
                self._connection.ioloop.remove_handler(file)
        if self._connection.is_open:  # pika cannot close one that is still being opened; it ends with this object
            self._connection.close()
        deadline = time.monotonic() + LEAVING
        while self._connection.is_closing and time.monotonic() < deadline:
            self._move(0.1)
        self._connection.ioloop.close()

    def watch(self, file: int, on_readable: Callable[[], None]) -> None:
        """Call `on_readable` from `run_once` whenever this file descriptor can be read."""
        self._watched.append(file)
        loop = self._connection.ioloop
        loop.add_handler(file, lambda *_: on_readable(), loop.READ)

    def run_once(self, seconds: float) -> None:
        """Send and receive what is ready, or wait up to `seconds` for it. Raises one of CONNECTION_ERRORS."""
        self._move(seconds)
        if self._confirms and not self.is_open:
            self.declare()
            self.is_open = True
        if self._lost:
            raise self._lost

    def send(self, wires: Sequence[Wire]) -> Batch:
        """Send them in this order, while it is open."""
        batch = Batch(wires)
        self._connection.gathers = True
        for place, wire in enumerate(wires):
            try:
                properties = wire.properties(self._name)
                self._channel.basic_publish(wire.exchange, wire.key, wire.body, properties, mandatory=True)
            except Exception as error:
                if not self._channel.is_open:
                    raise
                log.warning("%s %s cannot be sent (%s: %s)", wire.type, wire.id, type(error).__name__, error)
                batch.settle(place, Outcome.UNSENDABLE)
            else:
                self._unconfirmed.add(batch, place)
        self._connection.gathers = False
        self._connection.flush()
        return batch

    def declare(self) -> None:
        """Make the exchanges, queues and bindings that are missing; not where no second connection can be had. Raises
        one of CONNECTION_ERRORS."""
        try:
            with BlockingConnection(parameters(self._url, f"{self._name} topology")) as blocking:
                self._topology.declare(blocking)
                if self._on_declared:
                    self._on_declared(blocking)
        except CONNECTION_ERRORS as error:
            if not is_limit(error):
                raise
            log.warning("publishing without a look at what is missing in RabbitMQ: %s", reason(error))

    def on_channel_open(self, channel: Channel) -> None:
        """Called by pika with its open channel: turn publisher confirms on."""
        channel.connection.add_on_connection_blocked_callback(self._on_blocked)
        channel.connection.add_on_connection_unblocked_callback(self._on_unblocked)
        channel.add_on_close_callback(self._on_channel_closed)
        channel.add_on_return_callback(self._unconfirmed.on_return)
        channel.confirm_delivery(self._unconfirmed.on_confirm, callback=self._on_ready)
        self._channel = channel

    def on_connection_closed(self, _connection: object, error: BaseException) -> None:
        """Called by pika when the connection failed or was lost: the next `run_once` raises the error."""
        self._unconfirmed.lose()
        self._lost = self._lost or error
        self._on_unblocked()
        metrics.CONNECTED.labels("publish").set(0)

    def _move(self, seconds: float) -> None:
        loop = self._connection.ioloop
        timer = loop.call_later(seconds, lambda: None)
        loop.poll()
        loop.process_timeouts()
        loop.remove_timeout(timer)

    def _on_ready(self, _frame: object) -> None:
        self._confirms = True
        metrics.CONNECTIONS.labels("publish").inc()
        metrics.CONNECTED.labels("publish").set(1)

    def _on_blocked(self, *_: Any) -> None:
        self._blocked_since = time.monotonic()
        metrics.BLOCKED.set(1)
        log.warning("RabbitMQ is out of memory or disk, and takes no messages for now")

    def _on_unblocked(self, *_: Any) -> None:
        if self._blocked_since is not None:
            metrics.BLOCKED_SECONDS.inc(time.monotonic() - self._blocked_since)
        self._blocked_since = None
        metrics.BLOCKED.set(0)

    def _on_channel_closed(self, _channel: Channel, error: BaseException) -> None:
        self._lost = self._lost or error
