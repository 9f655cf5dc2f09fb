"""Figures out of changes and observations. No input or output; all times in seconds."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from heapq import heappop, heappush

import numpy as np

from lab.race.records import Change, Observation

LOOK, APPLY, CHANGE = range(3)  # in this order when at the same time


@dataclass(frozen=True)
class Arrival:
    """What became of one change at one consumer."""

    change: Change
    at: float | None  # when the consumer knew this revision or a newer one; None if never
    exact: bool  # whether it saw this very revision

    @property
    def delay(self) -> float | None:
        """Seconds from the change until then."""
        return None if self.at is None else self.at - self.change.at


@dataclass(frozen=True)
class Delays:
    """A distribution of delays; None throughout when nothing arrived."""

    number: int
    mean: float | None
    p50: float | None
    p95: float | None
    p99: float | None
    max: float | None

    @classmethod
    def of(cls, delays: Sequence[float]) -> "Delays":
        """Percentiles are interpolated between neighbours."""
        if not delays:
            return cls(0, None, None, None, None, None)
        p50, p95, p99 = (float(each) for each in np.percentile(delays, [50, 95, 99]))
        return cls(len(delays), float(np.mean(delays)), p50, p95, p99, float(max(delays)))

    def as_dict(self) -> dict[str, float | None]:
        """For JSON."""
        return asdict(self)


def arrivals(changes: Iterable[Change], observations: Iterable[Observation]) -> list[Arrival]:
    """For each change, in order: the first observation of its revision or of a newer one."""
    seen: dict[int, list[Observation]] = defaultdict(list)
    for observation in observations:
        seen[observation.conference].append(observation)
    return [_arrival(change, seen[change.conference]) for change in changes]


def _arrival(change: Change, seen: Sequence[Observation]) -> Arrival:
    enough = [observation for observation in seen if observation.revision >= change.revision]
    first = min(enough, key=lambda observation: observation.at, default=None)
    exact = any(observation.revision == change.revision for observation in enough)
    return Arrival(change, first.at if first else None, exact)


def staleness(arrived: Iterable[Arrival], start: float, end: float) -> list[tuple[float, float]]:
    """The age of the oldest change not yet applied, as corners of a line from `start` to `end`; 0 when all are.

    Between two corners the line is straight; it jumps where two corners have the same time.
    """
    waiting: list[float] = []
    applied: dict[float, int] = defaultdict(int)
    corners: list[tuple[float, float]] = []
    for time, step, committed in sorted([*_steps(arrived), (start, LOOK, 0.0), (end, LOOK, 0.0)]):
        corners.append((time, _age(waiting, time)))
        if step == CHANGE:
            heappush(waiting, committed)
        elif step == APPLY:
            applied[committed] += 1
        while waiting and applied[waiting[0]]:
            applied[heappop(waiting)] -= 1
        corners.append((time, _age(waiting, time)))
    return [corner for corner in corners if start <= corner[0] <= end]


def _steps(arrived: Iterable[Arrival]) -> Iterable[tuple[float, int, float]]:
    for each in arrived:
        yield each.change.at, CHANGE, each.change.at
        if each.at is not None:
            yield max(each.at, each.change.at), APPLY, each.change.at


def _age(waiting: Sequence[float], now: float) -> float:
    return now - waiting[0] if waiting else 0.0


def time_average(corners: Sequence[tuple[float, float]]) -> float:
    """The average height of a line of straight pieces."""
    times, heights = zip(*corners, strict=True)
    return float(np.trapezoid(heights, times) / (times[-1] - times[0]))


def missed(arrived: Iterable[Arrival]) -> tuple[int, int]:
    """How many revisions, and how many deletions, a consumer never saw."""
    unseen = [each.change.kind for each in arrived if not each.exact]
    return sum(kind != "deleted" for kind in unseen), sum(kind == "deleted" for kind in unseen)
