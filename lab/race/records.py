"""What the writer did and what a consumer heard, with the time of each on the one clock of this machine."""

import threading
import time
from dataclasses import dataclass, field

from poller.copies import Conference, Gone

GONE = 2**62  # as a revision: newer than any


@dataclass(frozen=True)
class Change:
    """One thing the writer did to one conference."""

    at: float  # the row's own `updated`: inside the transaction, seconds since 1970
    conference: int
    revision: int  # GONE for a deletion
    kind: str  # created, changed, deleted


@dataclass(frozen=True)
class Observation:
    """The moment from which a consumer knew a conference in this revision."""

    at: float
    conference: int
    revision: int


@dataclass
class Copies:
    """One consumer's copies, in memory, and when each came. The target of a poll; thread-safe."""

    observations: list[Observation] = field(default_factory=list)
    _revisions: dict[int, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def known_ids(self) -> set[int]:
        """The conferences there are copies of."""
        with self._lock:
            return {pk for pk, revision in self._revisions.items() if revision != GONE}

    def push(self, conferences: list[Conference], gone: Gone, epoch: str = "") -> tuple[int, int]:
        """Take what a poll brought. How many copies are newer now, and how many are gone."""
        changed = sum(self.see(each["id"], each["revision"]) for each in conferences)
        removed = sum(self.see(pk, GONE) for pk in gone)
        return changed, removed

    def see(self, conference: int, revision: int) -> bool:
        """Whether that was news. What is known never goes back."""
        with self._lock:
            if revision <= self._revisions.get(conference, 0):
                return False
            self._revisions[conference] = revision
            self.observations.append(Observation(time.time(), conference, revision))
            return True
