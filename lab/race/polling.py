"""Sources that ask."""

import random
import threading
import time

import requests

from lab.race.entries import Entry
from lab.race.polls import poll_of
from lab.race.records import Copies
from lab.race.wire import Traffic, metered_session
from poller.answers import InvalidResponse


class Asker(threading.Thread):
    """One poller. It begins at a random moment of its interval: nobody is in step with the writer, or another."""

    def __init__(self, entry: Entry, monolith_url: str, chance: random.Random) -> None:
        super().__init__(name=entry.name, daemon=True)
        self.copies = Copies()
        self.traffic = Traffic()
        self.requests = self.failures = 0
        self.round_trips: list[float] = []  # seconds
        self._interval = entry.interval
        self._offset = chance.uniform(0, entry.interval)
        self._poll = poll_of(entry.way, monolith_url, metered_session(self.traffic), self.copies)
        self._stopping = threading.Event()
        self._present = threading.Event()
        self._present.set()

    def run(self) -> None:
        """Poll until told to stop; when a poll takes longer than the interval, the next one follows at once."""
        due = time.monotonic() + self._offset
        while not self._stopping.wait(max(0.0, due - time.monotonic())):
            due = max(due + self._interval, time.monotonic())
            if self._present.is_set():
                self._ask()

    def prepare(self) -> None:
        """Copy everything there is, before anything is measured. Raises what a poll raises."""
        self._poll.copy_changes()
        self.traffic.sent = self.traffic.received = 0

    def leave(self) -> None:
        """Ask nothing, for a while."""
        self._present.clear()

    def come_back(self) -> None:
        """Ask again, from the next turn on."""
        self._present.set()

    def stop(self) -> None:
        """Returns when the last poll is over."""
        self._stopping.set()
        self.join()

    def _ask(self) -> None:
        try:
            cycle = self._poll.copy_changes()
        except (requests.RequestException, InvalidResponse):
            self.requests += 1
            self.failures += 1
        else:
            self.requests += cycle.requests
            self.round_trips.append(cycle.ms / 1000)
