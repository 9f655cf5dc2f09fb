"""When news of conferences arrived at the attendees service, by which way: as that service itself noted it."""

import threading
import time
from dataclasses import dataclass
from datetime import datetime
from statistics import mean
from typing import Any

import requests
from django.conf import settings

WINDOW = 300.0  # seconds
TIMEOUT = 5  # seconds
WAYS = ("push", "poll")


@dataclass(frozen=True)
class Arrival:
    """A state of a conference that one way brought."""

    way: str
    conference: int
    revision: int
    ms: float  # from the change to its being applied
    at: float  # seconds since 1970

    @property
    def changed_at(self) -> float:
        """When the conference came into that state."""
        return self.at - self.ms / 1000


class Arrivals:
    """Those of the last five minutes that the lab saw. Any thread may ask."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int, int], Arrival] = {}
        self._lock = threading.Lock()

    def look(self, conference: int | None = None) -> None:
        """Ask the attendees service, of one conference or of the latest. What had changed before a way was at work, as
        all examples have on the first day, is no arrival: it was found. Raises requests.RequestException."""
        answer = requests.get(
            f"{settings.ATTENDEES_URL}/api/sync/",
            params={"conference": conference} if conference else {},
            timeout=TIMEOUT,
        )
        answer.raise_for_status()
        told = answer.json()
        at_work = {way: _seconds(lane["since"]) for way, lane in told["lanes"].items() if lane["since"]}
        with self._lock:
            for each in told["sightings"]:
                found = _arrival(each)
                if found and found.changed_at >= at_work.get(found.way, 0):
                    self._known[found.way, found.conference, found.revision] = found
            oldest = time.time() - WINDOW
            self._known = {key: each for key, each in self._known.items() if each.at > oldest}

    def of(self, conference: int, revision: int) -> dict[str, float]:
        """Milliseconds by way, of those that have brought this revision or a newer one."""
        with self._lock:
            known = [each for each in self._known.values() if each.conference == conference]
        found: dict[str, float] = {}
        for each in sorted(known, key=lambda each: each.revision, reverse=True):
            if each.revision >= revision:
                found[each.way] = each.ms
        return found

    def latest(self) -> list[Arrival]:
        """All of the last five minutes, in the order of time."""
        with self._lock:
            return sorted(self._known.values(), key=lambda each: each.at)

    def average(self, way: str) -> float | None:
        """Mean milliseconds of one way."""
        found = [each.ms for each in self.latest() if each.way == way]
        return mean(found) if found else None


def _arrival(sighting: dict[str, Any]) -> Arrival | None:
    """None where nobody knows when the conference changed."""
    if sighting["lag_ms"] is None:
        return None
    way, conference, revision = (sighting[name] for name in ("lane", "conference_id", "revision"))
    return Arrival(way, conference, revision, sighting["lag_ms"], _seconds(sighting["seen"]))


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


ARRIVALS = Arrivals()
