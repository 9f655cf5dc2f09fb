"""What a poll does, and says of itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol

from requests import Response

from poller.answers import bytes_on_the_wire


@dataclass(frozen=True)
class Cycle:
    """What one poll did."""

    requests: int  # to the monolith
    bytes: int  # of all its answers, as they came over the wire
    status: int  # of the last one
    changed: int  # copies that were brought up to date
    removed: int  # copies of conferences that are gone
    ms: float  # milliseconds for all of it

    def __str__(self) -> str:
        return (
            f"requests={self.requests} bytes={self.bytes} status={self.status} "
            f"changed={self.changed} removed={self.removed} ms={self.ms:.1f}"
        )

    @classmethod
    def of(cls, answers: Sequence[Response], changed: int, removed: int, started: float) -> "Cycle":
        """The cycle that got these answers, one or more, and began when perf_counter() was `started`."""
        wire = sum(map(bytes_on_the_wire, answers))
        ms = 1000 * (perf_counter() - started)
        return cls(len(answers), wire, answers[-1].status_code, changed, removed, ms)


class Poll(Protocol):
    """A way of asking."""

    def copy_changes(self) -> Cycle:
        """Fetch, hand on, and remember only once it is safe there; repeating a cycle changes nothing.

        Raises requests.RequestException, or InvalidResponse for an answer of another shape; what was left undone, the
        next cycle does.
        """
