"""Sources that are told."""
# doctor: ignore (who comes late to the race has nothing to miss)

import threading
from typing import Any

import pika
from pika.channel import Channel

from contracts.messages import ConferenceChanged, ConferenceDeleted
from contracts.queues import ATTENDEES_CONFERENCES
from lab.race.entries import Entry
from lab.race.records import GONE, Copies
from lab.race.wire import Traffic
from messaging.connection import parameters
from messaging.message import decode

AGAIN = 0.2  # seconds until a lost connection is tried again
PREFETCH = 100


class Subscriber:
    """One consumer on the loop of its source. Connects again whenever it is cut off; what an exclusive queue would
    have held in between is lost with it."""

    def __init__(self, entry: Entry, url: str, loop: Any) -> None:
        self.copies = Copies()
        self.listening = threading.Event()
        self.messages = 0
        self._durable = entry.way == "durable"
        self._parameters = parameters(url, entry.name)
        self._loop = loop
        self._counted = Traffic()  # by connections that are closed
        self._connection: pika.SelectConnection | None = None
        self._away = False

    @property
    def traffic(self) -> Traffic:
        """Bytes of all its connections so far."""
        now = self._connection
        if now is None:
            return self._counted
        return Traffic(self._counted.sent + now.bytes_sent, self._counted.received + now.bytes_received)

    def connect(self) -> None:
        """Called on the loop, unless it has left meanwhile."""
        if not self._away:
            self._connection = pika.SelectConnection(
                self._parameters, custom_ioloop=self._loop,
                on_open_callback=lambda connection: connection.channel(on_open_callback=self._subscribe),
                on_open_error_callback=self._again, on_close_callback=self._again,
            )  # fmt: skip

    def leave(self) -> None:
        """Called on the loop: close the connection, and stay away."""
        self._away = True
        if self._connection is not None and self._connection.is_open:
            self._connection.close()

    def come_back(self) -> None:
        """Called on the loop."""
        self._away = False
        self.connect()

    def _subscribe(self, channel: Channel) -> None:
        channel.basic_qos(prefetch_count=PREFETCH)
        if self._durable:
            self._consume(channel, ATTENDEES_CONFERENCES.name)
            return
        exchange = ConferenceChanged.address.exchange
        channel.exchange_declare(exchange, ConferenceChanged.address.kind, durable=True)
        channel.queue_declare("", exclusive=True, callback=lambda ok: self._bind(channel, ok.method.queue, exchange))

    def _bind(self, channel: Channel, queue: str, exchange: str) -> None:
        channel.queue_bind(queue, exchange, callback=lambda _ok: self._consume(channel, queue))

    def _consume(self, channel: Channel, queue: str) -> None:
        channel.basic_consume(queue, self._on_message, callback=lambda _ok: self.listening.set())

    def _on_message(self, channel: Channel, method: Any, properties: pika.BasicProperties, body: bytes) -> None:
        news = decode(body, properties)
        if isinstance(news, ConferenceChanged):
            self.copies.see(news.id, news.revision)
        elif isinstance(news, ConferenceDeleted):
            self.copies.see(news.id, GONE)
        self.messages += 1
        channel.basic_ack(method.delivery_tag)

    def _again(self, _connection: Any, _error: Any) -> None:
        self._counted, self._connection = self.traffic, None
        self.listening.clear()
        if not self._away:
            self._loop.call_later(AGAIN, self.connect)
