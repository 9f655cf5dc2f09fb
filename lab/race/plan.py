"""What is raced, how long, and how hard."""

from dataclasses import asdict, dataclass
from typing import Any

from lab.race.entries import POLLS, Entry
from lab.race.heat import SETTLE

INTERVALS = (1.0, 2.0, 5.0)  # seconds; a race lasts a whole number of each, so that changes fall evenly between polls


@dataclass(frozen=True)
class Plan:
    """Times in seconds, rates in changes a second."""

    seed: int
    conferences: int  # when it begins
    rate: float
    seconds: float
    intervals: tuple[float, ...]
    burst_rate: float
    burst_seconds: float
    subscribers: tuple[int, ...]
    pollers: tuple[int, ...]
    billed_consumers: tuple[int, ...]
    billed_seconds: float  # for each lane alone
    outage_seconds: float  # 0: no outages

    def entries(self) -> list[Entry]:
        """All lanes of the race."""
        polls = [Entry(way, every, number) for way in POLLS for every in self.intervals for number in self.pollers]
        return [*polls, *(Entry("fanout", consumers=number) for number in self.subscribers)]

    def burst_entries(self) -> list[Entry]:
        """The quickest polls, and the fewest subscribers: more would measure this machine's cores at that rate."""
        fewest = min(self.subscribers)
        return [
            each for each in self.entries() if each.interval in (0, min(self.intervals)) and each.consumers == fewest
        ]

    def billed(self) -> list[Entry]:
        """The lanes that run alone once more, to see what each costs."""
        ways = (*((way, min(self.intervals)) for way in POLLS), ("fanout", 0.0))
        return [Entry(way, every, number) for way, every in ways for number in self.billed_consumers]

    def expected_seconds(self) -> float:
        """For the progress bar: what the heats take, and a guess at the outages."""
        race = self.seconds + SETTLE + max(self.intervals) + self.burst_seconds + SETTLE + min(self.intervals)
        return race + (len(self.billed()) + 2) * (self.billed_seconds + 1.2) + 3 * (self.outage_seconds and 6)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def quick(seed: int) -> Plan:
    """Under two minutes with the start of its stack."""
    return Plan(
        seed=seed, conferences=100, rate=10, seconds=30, intervals=INTERVALS, burst_rate=200, burst_seconds=5,
        subscribers=(1, 5), pollers=(1,), billed_consumers=(5,), billed_seconds=2, outage_seconds=2,
    )  # fmt: skip


def thorough(seed: int) -> Plan:
    """Under five minutes; its report is worth keeping."""
    return Plan(
        seed=seed, conferences=100, rate=10, seconds=80, intervals=INTERVALS, burst_rate=200, burst_seconds=10,
        subscribers=(1, 5, 25), pollers=(1, 5), billed_consumers=(1, 5, 25), billed_seconds=5, outage_seconds=5,
    )  # fmt: skip
