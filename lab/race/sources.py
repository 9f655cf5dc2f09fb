"""An entry, running: its consumers, from the first copy to the last figure."""

import random
import threading
from typing import Protocol

from pika.adapters.select_connection import IOLoop

from lab.race.entries import Entry
from lab.race.polling import Asker
from lab.race.records import Copies
from lab.race.subscribing import Subscriber
from lab.race.wire import Traffic

READY_WITHIN = 30  # seconds


class NotReady(Exception):
    """A subscriber could not subscribe in time."""


class Source(Protocol):
    """What the race needs of a source."""

    entry: Entry

    def start(self) -> None:
        """Returns once every consumer has what there is and hears what comes."""

    def leave(self) -> None:
        """All consumers go away, and keep what they have."""

    def come_back(self) -> None:
        """All consumers are there again."""

    def stop(self) -> None:
        """Returns when no consumer does anything any more."""

    @property
    def copies(self) -> list[Copies]:
        """Of each consumer."""

    @property
    def exchanges(self) -> int:
        """Requests made, or messages delivered."""

    @property
    def failures(self) -> int:
        """Requests that were not answered as asked."""

    @property
    def round_trips(self) -> list[float]:
        """Seconds of each poll; of a source that is told, none."""

    @property
    def traffic(self) -> Traffic:
        """Of all consumers together."""


class PollSource:
    """Pollers, each with a thread and a connection of its own."""

    def __init__(self, entry: Entry, monolith_url: str, seed: int) -> None:
        self.entry = entry
        chance = random.Random(f"{seed} {entry.name}")  # noqa: S311 - to be repeatable
        self._askers = [Asker(entry, monolith_url, chance) for _ in range(entry.consumers)]

    def start(self) -> None:
        """Each has copied everything once; raises what a poll raises."""
        for asker in self._askers:
            asker.prepare()
        for asker in self._askers:
            asker.start()

    def leave(self) -> None:
        """Nobody asks."""
        for asker in self._askers:
            asker.leave()

    def come_back(self) -> None:
        """Each asks at its next turn."""
        for asker in self._askers:
            asker.come_back()

    def stop(self) -> None:
        """Once the polls that are under way are over."""
        for asker in self._askers:
            asker.stop()

    @property
    def copies(self) -> list[Copies]:
        """Of each poller."""
        return [asker.copies for asker in self._askers]

    @property
    def exchanges(self) -> int:
        """Requests, the first copies not counted."""
        return sum(asker.requests for asker in self._askers)

    @property
    def failures(self) -> int:
        """Polls that brought nothing usable."""
        return sum(asker.failures for asker in self._askers)

    @property
    def round_trips(self) -> list[float]:
        """Seconds of each poll."""
        return [seconds for asker in self._askers for seconds in asker.round_trips]

    @property
    def traffic(self) -> Traffic:
        """Of all pollers together."""
        return _sum([asker.traffic for asker in self._askers])


class PushSource:
    """Subscribers, each with a connection and a queue of its own, on one thread."""

    def __init__(self, entry: Entry, rabbitmq_url: str) -> None:
        self.entry = entry
        self.failures = 0
        self.round_trips: list[float] = []
        self._loop = IOLoop()
        self._subscribers = [Subscriber(entry, rabbitmq_url, self._loop) for _ in range(entry.consumers)]
        self._thread = threading.Thread(target=self._loop.start, name=entry.name, daemon=True)

    def start(self) -> None:
        """Each has its queue and listens. Raises NotReady."""
        self._thread.start()
        self.come_back()

    def leave(self) -> None:
        """Close the connections; queues of their own go with them."""
        for subscriber in self._subscribers:
            self._loop.add_callback_threadsafe(subscriber.leave)

    def come_back(self) -> None:
        """Each has a queue and listens. Raises NotReady."""
        for subscriber in self._subscribers:
            self._loop.add_callback_threadsafe(subscriber.come_back)
        if not all(subscriber.listening.wait(READY_WITHIN) for subscriber in self._subscribers):
            raise NotReady(f"{self.entry.name} did not subscribe within {READY_WITHIN} s")

    def stop(self) -> None:
        """Close the connections and end the thread."""
        self.leave()
        self._loop.add_callback_threadsafe(lambda: self._loop.call_later(0.1, self._loop.stop))
        self._thread.join()
        self._loop.close()

    @property
    def copies(self) -> list[Copies]:
        """Of each subscriber."""
        return [subscriber.copies for subscriber in self._subscribers]

    @property
    def exchanges(self) -> int:
        """Messages delivered."""
        return sum(subscriber.messages for subscriber in self._subscribers)

    @property
    def traffic(self) -> Traffic:
        """Of all subscribers together; what the relay sends to the broker is not theirs."""
        return _sum([subscriber.traffic for subscriber in self._subscribers])


def source_of(entry: Entry, monolith_url: str, rabbitmq_url: str, seed: int) -> Source:
    """A source for an entry, not started."""
    return PollSource(entry, monolith_url, seed) if entry.is_poll else PushSource(entry, rabbitmq_url)


def _sum(traffic: list[Traffic]) -> Traffic:
    return Traffic(sum(each.sent for each in traffic), sum(each.received for each in traffic))
