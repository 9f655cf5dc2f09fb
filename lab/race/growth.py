"""The same sources, each alone, as one thing grows: conferences, consumers, changes."""

from dataclasses import dataclass, field, replace
from typing import Any

from lab.race.bills import Bill, collect
from lab.race.course import BILL_SETTLES, Say, writer
from lab.race.entries import POLLS, Entry
from lab.race.run import Run, Tick, carry_out
from lab.race.stack import Own
from lab.race.writer_client import WriterClient

INTERVAL = 2.0  # seconds between polls
SECONDS = 2 * INTERVAL  # for which each source is billed
SETTLE = INTERVAL + 0.5  # seconds until the last poll has brought the last change
EXPECTED_SECONDS = 270


@dataclass(frozen=True)
class Point:
    """So many conferences, consumers in each source, and changes a second."""

    conferences: int
    consumers: int
    rate: float
    bills: list[Bill] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        bills = [{**bill.as_dict(), "delays": bill.statistics.delays.as_dict()} for bill in self.bills]
        return {"conferences": self.conferences, "consumers": self.consumers, "rate": self.rate, "bills": bills}


# From the middle, one thing at a time grows. Conferences are added, never taken away: so they come in this order.
MIDDLE = Point(1_000, 5, 10)
POINTS = (
    Point(100, 5, 10),
    MIDDLE, Point(1_000, 1, 10), Point(1_000, 25, 10), Point(1_000, 5, 0.1), Point(1_000, 5, 100),
    Point(10_000, 5, 10),
)  # fmt: skip


def grow(stack: Own, seed: int, say: Say, tick: Tick) -> list[Point]:
    """The points, with the bill of every way."""
    reached = []
    with writer(stack, 0) as writer_client:
        present = 0
        for point in POINTS:
            say(f"{point.conferences} conferences, {point.consumers} consumers, {point.rate:g} changes/s")
            writer_client.add(point.conferences - present)
            present = point.conferences
            stack.wait_for_relay()
            reached.append(_measured(stack, writer_client, point, seed, tick))
    return reached


def _measured(stack: Own, writer_client: WriterClient, point: Point, seed: int, tick: Tick) -> Point:
    def alone(entries: list[Entry]) -> Run:
        return carry_out(
            stack, writer_client, entries, point.rate, SECONDS, seed, tick, SETTLE if entries else BILL_SETTLES
        )

    entries = [*(Entry(way, INTERVAL, point.consumers) for way in POLLS), Entry("fanout", 0.0, point.consumers)]
    return replace(point, bills=collect(entries, alone, stack).of_lanes)


def axis(points: list[Point], of: str) -> list[Point]:
    """The points along which only `of` (a field's name) changes, in its order."""
    others = [name for name in ("conferences", "consumers", "rate") if name != of]
    along = [point for point in points if all(getattr(point, name) == getattr(MIDDLE, name) for name in others)]
    return sorted(along, key=lambda point: float(getattr(point, of)))
