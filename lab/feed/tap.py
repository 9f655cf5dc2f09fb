"""Listens at the broker: every publish and delivery out of its trace exchange, every change out of its event exchange.

The queues for that are the lab's own, exclusive and bounded: when the lab is too slow, the oldest traces go, and the
page says that it is behind. Of more messages than can be shown it takes a sample. Its own deliveries are never traced,
for only those of the queues on the board are bound.
"""
# doctor: ignore (what is on nobody's screen may be missed)

import logging
import secrets
import threading
import time
from typing import Any

from django.conf import settings
from pika import BasicProperties, BlockingConnection
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import ChannelClosedByBroker
from pika.spec import Basic

from lab.feed.record import Record
from lab.feed.sampling import Sample
from lab.feed.topology import DEAD, TAP
from lab.feed.traces import noted_event, noted_trace
from lab.feed.waiting import Waiting
from messaging.connection import CONNECTION_ERRORS, parameters

log = logging.getLogger(__name__)

TRACE, EVENTS = "amq.rabbitmq.trace", "amq.rabbitmq.event"
MOST = {TRACE: 5000, EVENTS: 1000}  # messages that wait for the lab
KINDS = ("connection.#", "channel.closed", "consumer.#", "queue.#", "binding.#")
LOOK = 0.4  # seconds between two looks at the depths
TURN = 0.05  # seconds
AGAIN = 0.5  # seconds


class Tap(threading.Thread):
    """Keeps a connection; notes what it hears in the record."""

    def __init__(self, record: Record) -> None:
        super().__init__(name="tap", daemon=True)
        self._record = record
        self._waiting = Waiting()
        self._bound: set[str] = set()
        self._taken = 0  # the last delivery, which has not been acknowledged yet
        self.queues: tuple[str, ...] = ()  # whose deliveries and depths are wanted; set by the feed
        self.sample = Sample()
        self.is_watched = False
        self.is_connected = False
        self.behind = 0  # traces that wait for us
        self.asked_at: float | None = None  # when the broker was asked what it has not answered yet
        self.ready: dict[str, int] = {}
        self.oldest: dict[str, float | None] = {}
        self.names: dict[str, str] = {}  # of connections, as their clients call themselves
        self.connected_times = 0
        self.look_again = threading.Event()  # the picture may be another now

    def run(self) -> None:
        """Listen; connect again whenever the broker went away."""
        while True:
            try:
                wanted = parameters(settings.RABBITMQ_URL, "lab tap")
                wanted.connection_attempts, wanted.socket_timeout, wanted.stack_timeout = 1, 2, 3
                connection = BlockingConnection(wanted)
                try:
                    self._listen(connection)
                finally:
                    if connection.is_open:
                        connection.close()
            except CONNECTION_ERRORS as error:
                log.debug("no broker to listen at: %s", error)
            self.is_connected, self.asked_at = False, None
            time.sleep(AGAIN)

    def _listen(self, connection: BlockingConnection) -> None:
        channel, looking = connection.channel(), connection.channel()
        channel.basic_qos(prefetch_count=500)
        mark = secrets.token_hex(4)
        self._trace_queue = f"{TAP}trace.{mark}"
        self._bound, self._taken = set(), 0
        traces = self._consume(channel, self._trace_queue, TRACE, self._on_trace)
        self._consume(channel, f"{TAP}events.{mark}", EVENTS, self._on_event)
        channel.queue_bind(self._trace_queue, TRACE, "publish.#")
        for kind in KINDS:
            channel.queue_bind(f"{TAP}events.{mark}", EVENTS, kind)
        self.is_connected = True
        self.connected_times += 1
        self.look_again.set()
        looked = 0.0
        while True:
            connection.process_data_events(time_limit=TURN if self.is_watched else LOOK)
            if self._taken:
                channel.basic_ack(self._taken, multiple=True)
                self._taken = 0
            self._bind(channel)
            self.sample.go_on()
            if self.sample.rests and traces:
                channel.basic_cancel(traces)
                traces = ""
                self.look_again.set()  # the broker is told to stop
            elif not self.sample.rests and not traces:
                channel.queue_purge(self._trace_queue)
                self._waiting.forget()
                traces = self._consume(channel, self._trace_queue, TRACE, self._on_trace)
                self.look_again.set()  # and to go on
            if time.monotonic() > looked + LOOK:
                looked = time.monotonic()
                if not looking.is_open:
                    looking = connection.channel()
                self.asked_at = time.monotonic()
                self._look(looking)
                self.asked_at = None

    def _consume(self, channel: BlockingChannel, queue: str, exchange: str, hear: Any) -> str:
        channel.queue_declare(queue, exclusive=True, arguments={"x-max-length": MOST[exchange]})
        return str(channel.basic_consume(queue, hear, auto_ack=False))

    def _bind(self, channel: BlockingChannel) -> None:
        # Whoever looks at dead letters takes them out and lets go of them again: that is no delivery to show.
        for queue in {each for each in self.queues if not each.endswith(DEAD)} - self._bound:
            channel.queue_bind(self._trace_queue, TRACE, f"deliver.{queue}")
            self._bound.add(queue)

    def _look(self, channel: BlockingChannel) -> None:
        """Ask for the depths: the management API knows them some seconds late."""
        try:
            if self.sample.rests:
                self.sample.left_out(channel.queue_purge(self._trace_queue).method.message_count)
            self.behind = channel.queue_declare(self._trace_queue, passive=True).method.message_count
            for queue in self.queues if self.is_watched else ():
                ready = channel.queue_declare(queue, passive=True).method.message_count
                self.ready[queue] = ready
                self.oldest[queue] = self._waiting.oldest(queue, ready)
        except ChannelClosedByBroker:
            self.look_again.set()  # a queue is gone

    def _on_trace(self, _: BlockingChannel, method: Basic.Deliver, properties: BasicProperties, body: bytes) -> None:
        self._taken = method.delivery_tag
        if self.sample.take():
            noted_trace(self._record, self._waiting, self.names, method.routing_key, properties.headers or {}, body)

    def _on_event(self, _: BlockingChannel, method: Basic.Deliver, properties: BasicProperties, __: bytes) -> None:
        self._taken = method.delivery_tag
        if noted_event(self._record, self.names, method.routing_key, properties.headers or {}):
            self.look_again.set()
