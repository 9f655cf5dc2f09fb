"""One row of the table: what a source did in a run, and what arithmetic had said."""

from dataclasses import asdict, dataclass
from math import floor
from statistics import mean
from typing import Any

from lab.race import theory
from lab.race.entries import Entry
from lab.race.measures import Arrival, Delays, arrivals, missed, staleness, time_average
from lab.race.run import Run, SourceRun


@dataclass(frozen=True)
class Compared:
    """A measured figure and the predicted one."""

    measured: float | None
    predicted: float | None

    @property
    def difference(self) -> float | None:
        """Measured against predicted: 0.1 is 10 % more."""
        if self.measured is None or not self.predicted:
            return None
        return self.measured / self.predicted - 1


@dataclass(frozen=True)
class Statistics:
    """Times in seconds, bytes and exchanges a minute. What is missed and stale is the mean of the consumers."""

    entry: Entry
    rate: float
    changes: int
    delays: Delays
    mean_delay: Compared
    longest_delay: Compared
    staleness: Compared
    per_minute: Compared  # requests made, or messages delivered
    round_trip: float | None
    sent_per_minute: float
    received_per_minute: float
    missed_revisions: float
    missed_deletions: float
    never: float  # changes of which a consumer has neither this revision nor a newer one
    failures: int

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        compared = {
            name: {**asdict(each), "difference": each.difference}
            for name, each in vars(self).items()
            if isinstance(each, Compared)
        }
        return {"lane": self.entry.name, **asdict(self), **compared}


def arrivals_of(run: Run, source_run: SourceRun) -> list[list[Arrival]]:
    """For each consumer, what became of each change."""
    return [arrivals(run.changes, observations) for observations in source_run.observations]


def statistics_of(run: Run, source_run: SourceRun) -> Statistics:
    """The row of one source."""
    entry, arrived = source_run.entry, arrivals_of(run, source_run)
    delays = Delays.of([each.delay for consumer in arrived for each in consumer if each.delay is not None])
    round_trip = mean(source_run.round_trips) if source_run.round_trips else None
    unseen = [missed(consumer) for consumer in arrived]
    minutes = run.seconds / 60
    return Statistics(
        entry=entry,
        rate=run.rate,
        changes=len(run.changes),
        delays=delays,
        mean_delay=Compared(delays.mean, _predicted(theory.mean_delay, entry, round_trip)),
        longest_delay=Compared(delays.max, _predicted(theory.longest_delay, entry, round_trip)),
        staleness=Compared(_staleness(run, entry, arrived), _predicted_staleness(run, entry, round_trip)),
        per_minute=Compared(
            source_run.exchanges / minutes,
            theory.requests_per_minute(entry.interval, entry.consumers) if entry.is_poll else None,
        ),
        round_trip=round_trip,
        sent_per_minute=source_run.traffic.sent / minutes,
        received_per_minute=source_run.traffic.received / minutes,
        missed_revisions=mean(revisions for revisions, _ in unseen),
        missed_deletions=mean(deletions for _, deletions in unseen),
        never=mean(sum(each.at is None for each in consumer) for consumer in arrived),
        failures=source_run.failures,
    )


def settled_window(run: Run, entry: Entry) -> tuple[float, float]:
    """From when to when staleness is averaged: a whole number of intervals. The first one does not count, in
    which a consumer is still as fresh as before the writer began. Too short a run: both are the same time."""
    if not entry.is_poll:
        return run.began, run.ended
    start = run.began + entry.interval
    return start, start + max(0, floor((run.ended - start) / entry.interval)) * entry.interval


def _staleness(run: Run, entry: Entry, arrived: list[list[Arrival]]) -> float | None:
    start, end = settled_window(run, entry)
    if end <= start:
        return None
    return mean(time_average(staleness(consumer, start, end)) for consumer in arrived)


def _predicted_staleness(run: Run, entry: Entry, round_trip: float | None) -> float | None:
    return theory.mean_staleness(entry.interval, run.rate, round_trip) if round_trip is not None else None


def _predicted(formula: Any, entry: Entry, round_trip: float | None) -> float | None:
    return formula(entry.interval, round_trip) if round_trip is not None else None
