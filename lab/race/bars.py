"""What we claim of polling and of messaging, held against what was measured: each claim names its own bar."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.polls import Cost
from lab.race.results import Results
from lab.race.statistics import Compared, Statistics

ENOUGH = 240  # changes: with fewer, chance alone moves a mean too far
PREDICTED = 0.15  # how far from its prediction a figure may be
WRITTEN = 0.75  # of the rate asked for: a writer that manages less says nothing about that rate
PUSH_P95 = ((10, 0.050), (200, 0.250))  # up to so many changes a second: seconds
DELTA_CPU, DELTA_BYTES, ETAG_CPU = 1 / 20, 1 / 50, 1 / 20  # of a poll of everything


@dataclass(frozen=True)
class Bar:
    """One claim, and whether it held."""

    claim: str
    bar: str
    measured: str
    held: bool | None  # None: too little was measured to say

    @property
    def verdict(self) -> str:
        """As in tables."""
        return {True: "held", False: "MISSED", None: "not judged"}[self.held]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "verdict": self.verdict}


def bars_of(found: Results) -> list[Bar]:
    """Predictions for polls with one consumer in a source; push beside them; what one poll costs."""
    alone = found.statistics(found.runs[0])
    everyone = [statistics for run in found.all_runs for statistics in found.statistics(run)]
    polls = [each for each in alone if each.entry.is_poll]
    bars = [bar for every in sorted({each.entry.interval for each in polls}) for bar in _predictions(polls, every)]
    bars += [
        _push(statistics, run.written)
        for run in (found.runs[0], *([found.burst] if found.burst else []))
        for statistics in found.statistics(run)
        if not statistics.entry.is_poll and statistics.rate <= PUSH_P95[-1][0]
    ]
    return [*bars, _nothing_is_lost(everyone), *(_one_poll(found.polls) if found.polls else [])]


def _one_poll(costs: dict[str, Cost]) -> list[Bar]:
    full, etag, delta = costs["full"], costs["etag"], costs["delta"]
    return [
        _share("a delta poll's CPU, 1 % changed", delta.cpu_ms / full.cpu_ms, DELTA_CPU),
        _share("a delta poll's bytes, 1 % changed", delta.bytes / full.bytes, DELTA_BYTES),
        _share("an etag poll's CPU, nothing changed", etag.cpu_ms / full.cpu_ms, ETAG_CPU),
    ]


def _predictions(polls: Sequence[Statistics], every: float) -> list[Bar]:
    """The way that is furthest off speaks for all."""
    of_interval = [each for each in polls if each.entry.interval == every]
    enough = all(each.delays.number >= ENOUGH for each in of_interval)
    limit = f"within {100 * PREDICTED:.0f} %"

    def bar(what: str, compared: list[Compared]) -> Bar:
        differences = [each.difference for each in compared if each.difference is not None]
        if not differences:
            return Bar(f"polls every {every:g} s: {what}", limit, "too short a race", None)
        worst = max(differences, key=abs)
        measured = f"{100 * worst:+.1f} %, {of_interval[0].changes} changes"
        return Bar(f"polls every {every:g} s: {what}", limit, measured, abs(worst) <= PREDICTED if enough else None)

    return [
        bar("mean delay T/2 + r", [each.mean_delay for each in of_interval]),
        bar("staleness as by the formula", [each.staleness for each in of_interval]),
    ]


def _push(statistics: Statistics, written: float) -> Bar:
    limit = next(limit for rate, limit in PUSH_P95 if statistics.rate <= rate)
    p95, claim = statistics.delays.p95, f"push at {statistics.rate:g} changes/s, beside the polls: p95"
    if p95 is None or written < WRITTEN * statistics.rate:
        return Bar(claim, f"< {1000 * limit:.0f} ms", f"only {written:.0f} changes/s", None)
    return Bar(claim, f"< {1000 * limit:.0f} ms", f"{1000 * p95:.1f} ms", p95 < limit)


def _nothing_is_lost(everyone: Sequence[Statistics]) -> Bar:
    never = sum(each.never for each in everyone)
    deletions = sum(each.missed_deletions for each in everyone)
    changes = sum(each.changes for each in everyone)
    measured = f"{never:g} of {changes}, {deletions:g} deletions"
    return Bar("changes and deletions that a lane never learned of", "none", measured, never == deletions == 0)


def _share(claim: str, share: float, limit: float) -> Bar:
    return Bar(f"{claim}, of a full poll's", f"≤ 1/{1 / limit:.0f}", f"1/{1 / share:.0f}", share <= limit)
