"""The feed as a whole: its threads, whether anybody watches, and the state of this moment."""

import logging
import threading
import time
from collections import Counter
from contextlib import suppress
from typing import Any

import requests

from lab.feed import topology
from lab.feed.held import Held
from lab.feed.management import Management
from lab.feed.probe import Probe
from lab.feed.record import Record
from lab.feed.sampling import MESSAGES
from lab.feed.tap import MOST, TRACE, Tap
from lab.feed.topology import DEAD, RETRY, Topology

log = logging.getLogger(__name__)

STAYS = 4.0  # seconds for which somebody who looked is taken to look still
AT_LEAST = 0.15  # seconds between two looks, however much changes
EVERY = 1.0  # seconds between two looks at the management API
STALE = 4.0  # seconds after which what it said last is called old


class Feed:
    """Everything that the pages show. Tracing is on only while somebody watches, and not while a sample rests."""

    def __init__(self) -> None:
        self.record = Record()
        self.tap = Tap(self.record)
        self.probe = Probe(self.record, self.tap)
        self.topology = Topology()
        self.held = Held(self.record)
        self.outbox: dict[str, tuple[float, int, float]] = {}  # by service: heard when, rows, seconds of the oldest
        self.effects: Counter[str] = Counter()  # by what consumers bring about: how many were seen
        self.poller = "poller"  # how it polls
        self.poll = ""  # what the last poll came to, in words
        self._looked = 0.0
        self._read_at = 0.0
        self._traced: tuple[bool, int] = (False, 0)  # whether, and by which connection of the tap

    def start(self) -> None:
        """Begin to listen, on threads of its own."""
        self.probe.start()
        self.tap.start()
        threading.Thread(target=self._keep_reading, name="topology", daemon=True).start()

    def watch(self) -> None:
        """Somebody looks right now."""
        if not self.is_watched:
            self.tap.look_again.set()
        self._looked = time.monotonic()

    @property
    def is_watched(self) -> bool:
        """Whether somebody looked a moment ago."""
        return self._looked > 0 and time.monotonic() < self._looked + STAYS

    @property
    def troubles(self) -> list[str]:
        """Why the picture may not be that of this moment, in words; nothing when it is."""
        found = []
        if self.probe.away_since is None:
            if not self.tap.is_connected:
                found.append("not listening at the broker yet: no messages are seen")
            elif not self.tap.sample.is_all:
                found.append(f"more than {MESSAGES} messages a second: a sample of them is shown")
            elif self.tap.behind >= MOST[TRACE]:
                found.append("too many messages to show: some were left out")
            elif self.tap.behind > 500:
                found.append(f"{self.tap.behind} messages behind")
            if self._read_at and time.monotonic() > self._read_at + STALE:
                age = time.monotonic() - self._read_at
                found.append(f"exchanges, queues and consumers are as they were {age:.0f} s ago")
        return found

    def state(self) -> dict[str, Any]:
        """Depths and what is held, for the numbers on the board."""
        ready, oldest = dict(self.tap.ready), dict(self.tap.oldest)
        away = self.probe.away_since
        now = time.time()
        return {
            "queues": {
                name: {
                    "ready": ready.get(name, 0),
                    "oldest": oldest.get(name),
                    "retry": ready.get(f"{name}{RETRY}", 0),
                }
                for name in self.topology.shown_queues
            },
            "dead": {name: ready.get(name, 0) for name in self.topology.queues if name.endswith(DEAD)},
            "consumers": self._held(),
            "effects": dict(self.effects),
            "poll": self.poll,
            "poller": self.poller,
            "outbox": {
                name: {"waiting": rows, "oldest": s} for name, (at, rows, s) in self.outbox.items() if now < at + 8
            },
            "away": round(now - away, 1) if away else None,
            "why": self.probe.why,
            "stopping": self.probe.is_stopping,
            "troubles": self.troubles,
        }

    def _held(self) -> dict[str, int]:
        """Unacknowledged messages of each consumer, by what its connection calls itself."""
        names = self.topology.names
        told = {names.get(each) or each: self.topology.held.get(each, 0) for each, _ in self.topology.consumers}
        return self.held.by_client(told if self.probe.away_since is None else dict.fromkeys(told, 0))

    def _keep_reading(self) -> None:
        api = Management()
        while True:
            watched = self.is_watched
            self.tap.is_watched = watched
            try:
                self._switch(api, watched and not self.tap.sample.rests)
                if watched or not self.topology.queues:
                    self.topology = topology.read(api)
                    self._read_at = time.monotonic()
                    self.tap.queues = self.topology.queues
                    self.tap.names.update({k: v for k, v in self.topology.names.items() if v})
            except (requests.RequestException, KeyError, ValueError) as error:
                log.debug("the management API does not answer: %s", error)
            time.sleep(AT_LEAST)
            self.tap.look_again.wait(EVERY)
            self.tap.look_again.clear()

    def _switch(self, api: Management, on: bool) -> None:
        """A broker that was away has forgotten that it traces."""
        wanted = (on, self.tap.connected_times)
        if wanted != self._traced:
            api.trace(on)
            self._traced = wanted

    def stop_tracing(self) -> None:
        """The lab ends: the broker need not go on."""
        with suppress(requests.RequestException):
            if self._traced[0]:
                Management().trace(on=False)


FEED = Feed()
