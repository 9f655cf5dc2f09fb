"""What happened, in the order in which the lab heard of it; the newest, in memory."""

import threading
import time
from collections import deque
from dataclasses import asdict, dataclass
from itertools import count, islice
from typing import Any

KEPT = 10_000  # some ten megabytes; at 20 messages a second, two minutes


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: its number, when, what, to which message, and where it was seen."""

    n: int
    at: float  # seconds since 1970
    kind: str  # publish, deliver, done, letter, poll, outbox, broker, …
    message: str
    where: str  # the service, or the part of the broker
    facts: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


class Record:
    """The newest events. Any thread may add and read."""

    def __init__(self, kept: int = KEPT) -> None:
        self._events: deque[Event] = deque(maxlen=kept)
        self._numbers = count(1)
        self._lock = threading.Lock()
        self.last = 0

    def add(self, kind: str, where: str, message: str = "", at: float | None = None, **facts: Any) -> Event:
        """Note that this happened, now unless told otherwise."""
        with self._lock:
            event = Event(next(self._numbers), at or time.time(), kind, message, where, facts)
            self._events.append(event)
            self.last = event.n
        return event

    def since(self, n: int) -> list[Event]:
        """What was added after number `n`, of what is still kept."""
        found = []
        with self._lock:
            for event in reversed(self._events):
                if event.n <= n:
                    break
                found.append(event)
        return found[::-1]

    def of_message(self, message: str) -> list[Event]:
        """All that is known of one message."""
        return [event for event in self.newest() if event.message == message]

    def newest(self, most: int = KEPT) -> list[Event]:
        """The newest, oldest of them first."""
        with self._lock:
            events = list(islice(reversed(self._events), most))
        return events[::-1]
