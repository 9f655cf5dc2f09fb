"""How many workers there should be for the letters that are to be written."""

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from contracts.queues import PRESENTATION_APPROVALS, PRESENTATION_REJECTIONS
from lab.why.broker import Broker

QUEUES = (PRESENTATION_APPROVALS.name, PRESENTATION_REJECTIONS.name)


@dataclass
class Scaling:
    """At once as many as there is work for; fewer only when for `cool_down` seconds no more were needed."""

    least: int
    most: int
    each: int  # messages for which there is one more worker
    cool_down: float  # seconds
    _needed: deque[tuple[float, int]] = field(default_factory=deque)

    def wanted(self, messages: int, now: float) -> int:
        """How many workers there should be at `now`, by time.monotonic(), with so many messages to be handled."""
        needed = min(self.most, max(self.least, math.ceil(messages / self.each)))
        self._needed.append((now, needed))
        while self._needed[0][0] < now - self.cool_down:
            self._needed.popleft()
        return max(needed for _, needed in self._needed)


@dataclass(frozen=True)
class Work:
    """What there is to do, and how many do it."""

    messages: int
    workers: int


def work(broker: Broker) -> Work:
    """Letters that wait or are being written: who has messages in hand is busy, so those count. Raises BrokerAway."""
    queues = [queue for name, queue in broker.queues().items() if name in QUEUES]
    return Work(
        sum(queue.ready + queue.unacknowledged for queue in queues),
        max((queue.consumers for queue in queues), default=0),
    )


def look(broker: Broker, scaling: Scaling, scale: Callable[[int], None]) -> tuple[Work, int]:
    """What there is to do, and how many workers there are for it from now on: `scale` is called with another number
    than there are. A worker that is ended finishes what it has in hand, and gives the rest back. Raises BrokerAway."""
    found = work(broker)
    wanted = scaling.wanted(found.messages, time.monotonic())
    if wanted != found.workers:
        scale(wanted)
    return found, wanted
