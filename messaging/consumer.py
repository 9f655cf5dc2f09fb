"""Hands messages to handlers and acknowledges last.

What becomes of a message is decided here and nowhere else:

    handler returns     acknowledged
    raises Outage       kept; tried again with growing pauses for as long as it takes
    raises Permanent    dead-lettered at once (so is what cannot be read)
    raises anything     tried again later, parking.MAX_ATTEMPTS times in all, then dead-lettered
"""

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from messaging import metrics
from messaging.backoff import Backoff
from messaging.errors import Outage, Permanent, Unreadable
from messaging.intake import Delivery, Intake
from messaging.message import Message, decode
from messaging.parking import Parking, label
from messaging.shutdown import Stop
from messaging.topology import Queue

log = logging.getLogger(__name__)

AnyHandler = TypeVar("AnyHandler", bound=Callable[[Any], object])
INVALID_IN_A_ROW = 20  # after so many, the fault is more likely ours than the messages'
GRACE = 8.0  # seconds to finish what is in hand once asked to stop; Docker kills after 10


class Consumer:
    """Reads queues, one message at a time, in their order.

    Promises: at least once for every message; acknowledged only after its handler returned; a message that
    fails never holds up the others, a dependency that is away never costs a message; a lost connection,
    channel or consumer is rebuilt; where message after message is invalid, it slows down and says so
    instead of draining the queue into the dead letters.
    """

    def __init__(self, queues: Sequence[Queue], prefetch: int = 16) -> None:
        self._queues = queues
        self._prefetch = prefetch
        self._handlers: dict[type[Message], Callable[[Any], object]] = {}
        self._bound = threading.Event()
        self._invalid_in_a_row = 0
        self._doubt = Backoff(first=30, most=300)

    def handles(self, message: type[Message]) -> Callable[[AnyHandler], AnyHandler]:
        """Make the decorated function the handler of `message`. It may be called directly as well."""

        def register(handler: AnyHandler) -> AnyHandler:
            self._handlers[message] = handler
            return handler

        return register

    def run(self, url: str, name: str, stop: Stop, on_ready: Callable[[], None] | None = None) -> None:
        """Consume until `stop` is set, then finish what is in hand.

        `on_ready` is called whenever the queues were (re)bound, before any message is handled that came
        after: the place to read a snapshot of what was missed. Raises RuntimeError when the intake died.
        """
        self._stop = stop
        self._parking = Parking(url, name, self._stop)
        intake = Intake(url, name, self._queues, self._prefetch, self._stop, on_bound=self._bound.set)
        intake.start()
        while not self._stop.is_set():
            self._stop.show_alive()
            if on_ready and self._bound.is_set():
                self._bound.clear()
                on_ready()
            self._handle_next(intake, wait=1)
            if not intake.is_alive() and not self._stop.is_set():
                raise RuntimeError("the intake thread died; see the log above")
        self._finish(intake)

    def _handle_next(self, intake: Intake, wait: float) -> bool:
        try:
            delivery = intake.deliveries.get(timeout=wait)
        except queue.Empty:
            return False
        self._see_through(delivery)
        return True

    def _finish(self, intake: Intake) -> None:
        deadline = time.monotonic() + GRACE
        while time.monotonic() < deadline and self._handle_next(intake, wait=0.2):
            pass
        intake.finish()
        log.info("stopped; what was in hand is finished, the rest is back in its queue")

    def _see_through(self, delivery: Delivery) -> None:
        """To its acknowledgement, or until it can only come again."""
        pauses = Backoff(first=0.5, most=30)
        while delivery.is_live:
            try:
                self._attempt(delivery)
                return
            except Outage as outage:
                pause = pauses.next()
                metrics.HANDLED.labels(delivery.queue.name, "waits").inc()
                log.warning("%s waits: %s; next try in %.1f s", label(delivery), outage, pause)
                if self._stop.wait(pause):
                    return  # unacknowledged, so it goes back to its queue
                self._stop.show_alive()

    def _attempt(self, delivery: Delivery) -> None:
        started = time.perf_counter()
        try:
            message = decode(delivery.body, delivery.properties, delivery.queue.default_type)
            self._handler(message)(message)
        except Outage:
            raise
        except (Unreadable, Permanent) as error:
            self._bury(delivery, f"{type(error).__name__}: {error}")
        except Exception as error:  # noqa: BLE001 - whatever a handler raises must not end the consumer
            self._parking.retry_later(delivery, f"{type(error).__name__}: {error}")
        else:
            delivery.acknowledge()
            self._invalid_in_a_row = 0
            seconds = time.perf_counter() - started
            metrics.HANDLED.labels(delivery.queue.name, "done").inc()
            metrics.HANDLING_SECONDS.labels(message.type).observe(seconds)
            log.info("%s done in %.1f ms", label(delivery), 1000 * seconds)

    def _handler(self, message: Message) -> Callable[[Any], object]:
        try:
            return self._handlers[type(message)]
        except KeyError:
            raise Unreadable(f"nothing here handles {message.type}") from None

    def _bury(self, delivery: Delivery, why: str) -> None:
        if self._invalid_in_a_row == 0:
            self._doubt.reset()
        if self._invalid_in_a_row >= INVALID_IN_A_ROW:
            pause = self._doubt.next()
            log.error(
                "the last %d messages were all invalid: is this the right version for %s? Next one in %.0f s",
                self._invalid_in_a_row,
                delivery.queue.name,
                pause,
            )
            self._stop.wait(pause)
        self._invalid_in_a_row += 1
        self._parking.bury(delivery, why)
