"""What is raced, how long, and how hard."""

from dataclasses import asdict, dataclass
from typing import Any

from lab.race.entries import POLLS, Entry
from lab.race.run import SETTLE

MOST_REQUESTS = 5  # a second, of one source in a race: with more, the race would be for this machine's cores
POLLED = 10_000  # conferences, of which one poll of each way is measured
INTERVALS = (1.0, 2.0, 5.0)  # seconds; a race lasts a whole number of each, so that changes fall evenly between polls


@dataclass(frozen=True)
class Plan:
    """Times in seconds, rates in changes a second."""

    seed: int
    conferences: int  # when it begins
    rate: float
    seconds: float  # for each number of consumers
    intervals: tuple[float, ...]
    burst_rate: float
    burst_seconds: float
    consumers: tuple[int, ...]  # in each source: one run for each number, the fewest first
    billed_consumers: tuple[int, ...]
    billed_seconds: float  # for each source alone
    outage_seconds: float  # 0: no outages
    polls: int  # of each way, of POLLED conferences of which 1 % changed; 0: none

    def entries(self, consumers: int) -> list[Entry]:
        """The sources that run beside each other, each with so many consumers; crowds poll at the longer intervals."""
        polls = [
            Entry(way, every, consumers)
            for way in POLLS
            for every in self.intervals
            if consumers / every <= MOST_REQUESTS or every == max(self.intervals)
        ]
        return [*polls, Entry("fanout", consumers=consumers)]

    def burst_entries(self) -> list[Entry]:
        """The quickest polls, and the fewest consumers."""
        return [each for each in self.entries(min(self.consumers)) if each.interval in (0, min(self.intervals))]

    def billed(self) -> list[Entry]:
        """The sources that run alone once more, to see what each costs."""
        ways = (*((way, min(self.intervals)) for way in POLLS), ("fanout", 0.0))
        return [Entry(way, every, number) for way, every in ways for number in self.billed_consumers]

    def expected_seconds(self) -> float:
        """For the progress bar: what the runs take, and a guess at the outages."""
        race = len(self.consumers) * (self.seconds + SETTLE + max(self.intervals))
        burst = self.burst_seconds and self.burst_seconds + SETTLE + min(self.intervals)
        polls = self.polls and 6 + self.polls
        bills = (len(self.billed()) + 1) * (self.billed_seconds + 1.2)
        return race + burst + polls + bills + 3 * (self.outage_seconds and 6)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def quick(seed: int) -> Plan:
    """Under two minutes with the start of its stack."""
    return Plan(
        seed=seed, conferences=100, rate=10, seconds=30, intervals=INTERVALS, burst_rate=200, burst_seconds=5,
        consumers=(1,), billed_consumers=(5,), billed_seconds=2, outage_seconds=1, polls=2,
    )  # fmt: skip


def thorough(seed: int) -> Plan:
    """Under six minutes; its report is worth keeping."""
    return Plan(
        seed=seed, conferences=100, rate=10, seconds=40, intervals=INTERVALS, burst_rate=200, burst_seconds=10,
        consumers=(1, 5, 25), billed_consumers=(1, 5, 25), billed_seconds=5, outage_seconds=5,
        polls=10,
    )  # fmt: skip
