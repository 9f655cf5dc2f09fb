"""Hands messages to handlers and acknowledges last.

What becomes of a message is decided here and nowhere else:

    handler returns     acknowledged
    raises Outage       kept; tried again with growing pauses for as long as it takes
    raises NotYet       tried again later, as often as it takes; the others go on
    raises Permanent    dead-lettered at once (so is what cannot be read)
    raises anything     tried again later, parking.MAX_ATTEMPTS times in all, then dead-lettered
"""

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import groupby
from typing import Any, TypeVar

from messaging import metrics, observing
from messaging.backoff import Backoff
from messaging.brake import Brake
from messaging.delivery import Delivery
from messaging.errors import NotYet, Outage, Permanent, Unreadable
from messaging.intake import Intake
from messaging.message import CANARY, Message, decode
from messaging.parking import Parking
from messaging.shutdown import Stop
from messaging.stand_ins import StandIns
from messaging.topology import Queue, Topology

log = logging.getLogger(__name__)

AnyHandler = TypeVar("AnyHandler", bound=Callable[[Any], object])
GRACE = 8.0  # seconds to finish what is in hand once asked to stop; Docker kills after 10


class Consumer:
    """Reads queues, one message or one batch at a time, in their order.

    Promises: at least once for every message; acknowledged only after its handler returned; a message that
    fails never holds up the others, a dependency that is away never costs a message; a lost connection,
    channel or consumer is rebuilt; where message after message is invalid, or fails alike, it slows down and
    says so instead of draining the queue into the dead letters.

    Whenever it connects it declares `topology`; without one, the queues that it reads. What arrives on
    a queue that stands in for one of its own is moved there (StandIns).
    """

    def __init__(self, queues: Sequence[Queue], prefetch: int = 16, topology: Topology | None = None) -> None:
        self._topology = topology or Topology(tuple(queues))
        self._queues = list(queues)
        self._prefetch = prefetch
        self._handlers: dict[str, tuple[Callable[[Any], object], int]] = {}
        self._bound = threading.Event()
        self._brake = Brake()

    def handles(self, message: type[Message], batch: int = 0) -> Callable[[AnyHandler], AnyHandler]:
        """Make the decorated function the handler of `message`. It may be called directly as well.

        With `batch` it is given a list: of those that are here already, up to so many at once, so that no message
        waits for another. Give the consumer a prefetch of twice that. If the handler raises, the batch is halved
        and tried again, until the bad message has fallen out alone: its effects must be one transaction.
        """

        def register(handler: AnyHandler) -> AnyHandler:
            self._handlers[message.type] = (handler, batch)
            return handler

        return register

    def run(self, url: str, name: str, stop: Stop, on_ready: Callable[[], None] | None = None) -> None:
        """Consume until `stop` is set, then finish what is in hand.

        `on_ready` is called whenever the queues were (re)bound, before any message is handled that came
        after: the place to read a snapshot of what was missed. Raises RuntimeError when the intake died.
        """
        self._name, self._stop = name, stop
        self._parking = Parking(url, name, self._stop)
        intake = Intake(url, name, self._topology, self._queues, self._prefetch, self._stop, on_bound=self._bound.set)
        intake.start()
        if self._topology.standing_in_for(self._queues):
            StandIns(url, name, self._topology, self._queues, self._stop).start()
        all_settled = True
        while all_settled and not self._stop.is_set():
            self._stop.show_alive()
            if on_ready and self._bound.is_set():
                self._bound.clear()
                on_ready()
            all_settled = self._handle(self._take(intake.deliveries, wait=1))
            if not intake.is_alive() and not self._stop.is_set():
                raise RuntimeError("the intake thread died; see the log above")
        intake.stop_consuming()
        deadline = time.monotonic() + GRACE
        while all_settled and time.monotonic() < deadline and (rest := self._take(intake.deliveries, wait=0.2)):
            all_settled = self._handle(rest)
        intake.finish()
        log.info("stopped; what was in hand is finished, the rest is back in its queue")

    def _take(self, deliveries: queue.SimpleQueue[Delivery], wait: float) -> list[Delivery]:
        """The next one; and if such come in batches, what else is here already."""
        taken: list[Delivery] = []
        with suppress(queue.Empty):
            taken.append(deliveries.get(timeout=wait))
            for _ in range(1, self._batch(taken[0])):
                taken.append(deliveries.get_nowait())
        return taken

    def _handle(self, deliveries: Sequence[Delivery]) -> bool:
        """Whether each of them is settled. If not, no later one may be: an acknowledgement covers all before it."""
        for _, together in groupby(deliveries, key=lambda each: (each.channel, each.queue, each.type)):
            run = list(together)
            size = self._batch(run[0]) or 1
            for start in range(0, len(run), size):
                if not self._see_through(run[start : start + size]):
                    return False
        return True

    def _see_through(self, run: Sequence[Delivery]) -> bool:
        """Whether they are settled: done with, or taken back by the broker. Otherwise we were asked to stop."""
        pauses = Backoff(first=0.5, most=10)
        while run[0].is_live:
            try:
                return self._attempt(run)
            except Outage as outage:
                pause = pauses.next()
                metrics.HANDLED.labels(run[0].queue.name, "waits").inc()
                log.warning("%s waits: %s; next try in %.1f s", run[0], outage, pause)
                if self._stop.wait(pause):
                    return False  # unacknowledged, so it goes back to its queue
                self._stop.show_alive()
        return True

    def _attempt(self, run: Sequence[Delivery]) -> bool:
        started = time.perf_counter()
        last = run[-1]
        try:
            if last.type == CANARY:
                last.answer(self._name)
            else:
                self._call_handler(run)
        except Exception as error:
            if isinstance(error, Outage) and not isinstance(error, NotYet):
                raise
            if len(run) > 1:
                middle = len(run) // 2
                return self._see_through(run[:middle]) and self._see_through(run[middle:])
            self._set_aside(last, error)
        else:
            last.acknowledge()
            self._brake.release()
            seconds = time.perf_counter() - started
            metrics.HANDLED.labels(last.queue.name, "done").inc(len(run))
            metrics.HANDLING_SECONDS.labels(last.type).observe(seconds)
            others = f" and {len(run) - 1} before it" if len(run) > 1 else ""
            log.info("%s%s done in %.1f ms", last, others, 1000 * seconds)
            _tell_done(run, seconds)
        return True

    def _call_handler(self, run: Sequence[Delivery]) -> None:
        messages = [decode(each.body, each.properties, each.queue.default_type) for each in run]
        try:
            handler, batch = self._handlers[messages[0].type]
        except KeyError:
            raise Unreadable(f"nothing here handles {messages[0].type}") from None
        handler(messages if batch else messages[0])

    def _batch(self, delivery: Delivery) -> int:
        _, batch = self._handlers.get(delivery.type, (None, 0))
        return batch

    def _set_aside(self, delivery: Delivery, error: Exception) -> None:
        why = f"{type(error).__name__}: {error}"
        if isinstance(error, NotYet):
            self._parking.wait_for_its_turn(delivery, why)
            return
        is_common = False
        if not isinstance(error, Permanent):  # that is said of this message alone
            is_common = self._brake.apply(delivery, error, self._stop)
        if isinstance(error, Unreadable | Permanent):
            self._parking.bury(delivery, why)
        elif is_common:
            self._parking.wait_for_its_turn(delivery, why)
        else:
            self._parking.retry_later(delivery, why)


def _tell_done(run: Sequence[Delivery], seconds: float) -> None:
    if observing.observer.is_watched():
        for each in run:
            message = each.properties.message_id or ""
            observing.observer.tell(
                "done", message=message, type=each.type, queue=each.queue.name, ms=round(1000 * seconds, 2)
            )
