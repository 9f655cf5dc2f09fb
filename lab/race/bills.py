"""What a source costs: each runs alone, and what all processes use meanwhile is compared to when nobody listened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lab.race.entries import Entry
from lab.race.run import Run
from lab.race.stack import Own
from lab.race.statistics import Statistics, statistics_of
from lab.race.usage import Usage, usage_of

PARTS = ("web", "relay", "database", "broker")


@dataclass(frozen=True)
class Bill:
    """CPU milliseconds a minute that a source costs, by part, and what it brought for that."""

    statistics: Statistics
    cpu: dict[str, float]
    queries_per_poll: float | None  # by the monolith's own count
    broker_memory: int  # bytes, at the end

    @property
    def entry(self) -> Entry:
        """Whose bill it is."""
        return self.statistics.entry

    @property
    def producer(self) -> float:
        """CPU milliseconds a minute of the producer's side: pages, relay, database."""
        return sum(self.cpu[part] for part in PARTS if part != "broker")

    @property
    def per_exchange(self) -> float:
        """CPU milliseconds, of all parts, of one request or one delivered message."""
        exchanges = self.statistics.per_minute.measured
        return sum(self.cpu.values()) / exchanges if exchanges else 0.0

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "lane": self.entry.name,
            "rate": self.statistics.rate,
            "cpu_ms_per_minute": self.cpu,
            "exchanges_per_minute": self.statistics.per_minute.measured,
            "received_per_minute": self.statistics.received_per_minute,
            "ms_per_exchange": self.per_exchange,
            "queries_per_poll": self.queries_per_poll,
            "broker_memory": self.broker_memory,
        }


@dataclass(frozen=True)
class Bills:
    """Of sources that ran one after the other, and what was used when none did: the writer's work, and idling."""

    nobody: dict[str, float]
    of_lanes: list[Bill]


def per_minute(run: Run) -> dict[str, float]:
    """CPU milliseconds by part."""
    return {part: 60_000 * run.cpu[part] / run.seconds for part in PARTS}


def bill_of(run: Run, nobody: dict[str, float], usage: Usage, broker_memory: int) -> Bill:
    """The bill of the only source of a run, beyond what is used when nobody listens."""
    (source_run,) = run.source_runs
    spent = {part: used - nobody[part] for part, used in per_minute(run).items()}
    if source_run.entry.is_poll:
        spent["broker"] = 0.0  # no poll reaches it: what differs is what it does by itself, now more and now less
    # Less than when nobody listened is noise: background work of the broker and the database.
    cpu = {part: max(0.0, used) for part, used in spent.items()}
    return Bill(statistics_of(run, source_run), cpu, usage.queries_per_poll, broker_memory)


def collect(entries: Sequence[Entry], alone: Callable[[list[Entry]], Run], stack: Own) -> Bills:
    """A bill for each entry. While polls are billed, and while nobody listens, the relay is held: what it does for
    subscribers is on their bill alone, their exchange's durable queue included."""

    def billed(entry: Entry) -> Bill:
        before = usage_of(stack.monolith_url)
        run = alone([entry])
        usage = usage_of(stack.monolith_url) - before
        return bill_of(run, nobody, usage, stack.trees["broker"].memory())

    stack.hold_relay()
    try:
        nobody = per_minute(alone([]))
        polls = [billed(entry) for entry in entries if entry.is_poll]
    finally:
        stack.release_relay()
    return Bills(nobody, polls + [billed(entry) for entry in entries if not entry.is_poll])
