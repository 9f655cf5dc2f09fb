"""Hands messages to handlers and acknowledges last.

What becomes of a message is decided here and nowhere else:

    handler returns     acknowledged
    raises Outage       kept; tried again with growing pauses for as long as it takes
    raises NotYet       tried again later, as often as it takes; the others go on
    raises Permanent    dead-lettered at once (so is what cannot be read)
    raises anything     tried again later, failure_publisher.MAX_ATTEMPTS times in all, then dead-lettered
"""

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from itertools import groupby
from typing import Any, TypeVar

from messaging import metrics, tracing
from messaging.backoff import Backoff
from messaging.brake import Brake
from messaging.broker_reader import BrokerReader
from messaging.delivery import Delivery
from messaging.done import tell_done
from messaging.errors import NotYet, Outage, Permanent, Unreadable
from messaging.failure_publisher import FailurePublisher
from messaging.handlers import Handlers, Outcomes
from messaging.message import CANARY, Message
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
        self._handlers = Handlers()
        self._bound = threading.Event()
        self._brake = Brake()

    def handles(self, message: type[Message], batch: int = 0) -> Callable[[AnyHandler], AnyHandler]:
        """Make the decorated function the handler of `message`. It may be called directly as well.

        With `batch` it is given a list: of those that are here already, up to so many at once, so that no message
        waits for another. Give the consumer a prefetch of twice that. If the handler raises, the batch is halved
        and tried again, until the bad message has fallen out alone: its effects must be one transaction. Where they
        are not, it returns how each of the first messages ended, one at least: with None, or with what a handler of
        that message alone would have raised. The others are handed to it again. It raises what befalls the first.
        """

        def register(handler: AnyHandler) -> AnyHandler:
            self._handlers.add(message.type, handler, batch)
            return handler

        return register

    def run(self, url: str, name: str, stop: Stop, on_ready: Callable[[], None] | None = None) -> None:
        """Consume until `stop` is set, then finish what is in hand.

        `on_ready` is called whenever the queues were (re)bound, before any message is handled that came
        after: the place to read a snapshot of what was missed. Raises RuntimeError when the reader died.
        """
        self._name, self._stop = name, stop
        self._failures = FailurePublisher(url, name, self._stop)
        reader = BrokerReader(
            url, name, self._topology, self._queues, self._prefetch, self._stop, on_bound=self._bound.set
        )
        reader.start()
        if self._topology.standing_in_for(self._queues):
            StandIns(url, name, self._topology, self._queues, self._stop).start()
        all_settled = True
        while all_settled and not self._stop.is_set():
            self._stop.show_alive()
            if on_ready and self._bound.is_set():
                self._bound.clear()
                on_ready()
            all_settled = self._handle(self._take(reader.deliveries, wait=1))
            if not reader.is_alive() and not self._stop.is_set():
                raise RuntimeError("the reader thread died; see the log above")
        reader.stop_consuming()
        while all_settled and self._stop.leaves_time(GRACE) and (rest := self._take(reader.deliveries, wait=0.2)):
            all_settled = self._handle(rest)
        reader.finish()
        log.info("stopped; what was in hand is finished, the rest is back in its queue")

    def _take(self, deliveries: queue.SimpleQueue[Delivery], wait: float) -> list[Delivery]:
        """The next one; and if such come in batches, what else is here already."""
        taken: list[Delivery] = []
        with suppress(queue.Empty):
            taken.append(deliveries.get(timeout=wait))
            for _ in range(1, self._handlers.batch(taken[0])):
                taken.append(deliveries.get_nowait())
        return taken

    def _handle(self, deliveries: Sequence[Delivery]) -> bool:
        """Whether each of them is settled. If not, no later one may be: an acknowledgement covers all before it."""
        for _, together in groupby(deliveries, key=lambda each: (each.channel, each.queue, each.type)):
            run = list(together)
            size = self._handlers.batch(run[0]) or 1
            for start in range(0, len(run), size):
                if not self._handle_until_settled(run[start : start + size]):
                    return False
        return True

    def _handle_until_settled(self, run: Sequence[Delivery]) -> bool:
        """Whether they are settled: done with, or taken back by the broker. Otherwise we were asked to stop."""
        return self._patiently(run[0], lambda: self._attempt(run))

    def _patiently(self, delivery: Delivery, attempt: Callable[[], bool]) -> bool:
        """What `attempt` returns, as soon as it meets no outage. False if we are asked to stop before."""
        pauses = Backoff(first=0.5, most=10)
        while delivery.is_live:
            try:
                return attempt()
            except Outage as outage:
                pause = pauses.next()
                metrics.HANDLED.labels(delivery.queue.name, "waits").inc()
                log.warning("%s waits: %s; next try in %.1f s", delivery, outage, pause)
                if self._stop.wait(pause):
                    return False  # unacknowledged, so it goes back to its queue
                self._stop.show_alive()
        return True

    def _attempt(self, run: Sequence[Delivery]) -> bool:
        started = time.perf_counter()
        outcomes: Outcomes = [None] * len(run)
        try:
            if run[0].type == CANARY:
                run[-1].answer(self._name)
            else:
                with tracing.handling(run):
                    outcomes = self._handlers.call(run) or outcomes
        except Exception as error:
            if isinstance(error, Outage) and not isinstance(error, NotYet):
                raise
            if len(run) > 1:
                middle = len(run) // 2
                return self._handle_until_settled(run[:middle]) and self._handle_until_settled(run[middle:])
            outcomes = [error]
        ended, rest = list(zip(run, outcomes, strict=False)), run[len(outcomes) :]
        if done := [each for each, outcome in ended if not outcome]:
            self._brake.release()
            tell_done(done, time.perf_counter() - started)
        for each, outcome in ended:
            if outcome and not self._patiently(each, partial(self._set_aside, each, outcome)):
                return False
        if not outcomes[-1]:
            ended[-1][0].acknowledge()
        self._stop.show_alive()
        return not rest or (self._stop.leaves_time(GRACE) and self._handle_until_settled(rest))

    def _set_aside(self, delivery: Delivery, error: Exception) -> bool:
        """True once it is elsewhere, and with it all before it acknowledged. Raises Outage."""
        why = f"{type(error).__name__}: {error}"
        if isinstance(error, NotYet):
            self._failures.wait_for_its_turn(delivery, why)
            return True
        is_common = False
        if not isinstance(error, Permanent):  # that is said of this message alone
            is_common = self._brake.apply(delivery, error, self._stop)
        if isinstance(error, Unreadable | Permanent):
            self._failures.dead_letter(delivery, why)
        elif is_common:
            self._failures.wait_for_its_turn(delivery, why)
        else:
            self._failures.retry_later(delivery, why)
        return True
