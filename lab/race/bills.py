"""What a lane costs: each runs alone, and what all processes use meanwhile is compared to when nobody listened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lab.race.entries import Entry
from lab.race.heat import Heat

PARTS = ("web", "relay", "database", "broker")


@dataclass(frozen=True)
class Bill:
    """CPU milliseconds a minute that the lane costs, by part, and how many exchanges it had for that."""

    entry: Entry
    rate: float
    cpu: dict[str, float]
    exchanges: float  # a minute
    received: float  # bytes a minute, by all consumers
    broker_memory: int  # bytes, at the end

    @property
    def producer(self) -> float:
        """The part that the producer's side pays: pages, relay, database."""
        return sum(self.cpu.get(part, 0.0) for part in PARTS if part != "broker")

    @property
    def per_exchange(self) -> float:
        """CPU milliseconds, of all parts, of one request or one delivered message."""
        return sum(self.cpu.values()) / self.exchanges if self.exchanges else 0.0

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"lane": self.entry.name, **vars(self), "entry": vars(self.entry), "per_exchange": self.per_exchange}


def bill_of(heat: Heat, nobody: Heat, broker_memory: int) -> Bill:
    """The bill of the only lane of a heat."""
    (run,) = heat.runs
    idle = {part: seconds / nobody.seconds for part, seconds in nobody.cpu.items()}
    cpu = {part: 60_000 * max(0.0, heat.cpu[part] / heat.seconds - idle.get(part, 0.0)) for part in heat.cpu}
    per_minute = 60 / heat.seconds
    return Bill(run.entry, heat.rate, cpu, run.exchanges * per_minute, run.traffic.received * per_minute, broker_memory)


def collect(
    entries: Sequence[Entry], heat: Callable[[list[Entry]], Heat], relay: Any, broker_memory: Callable[[], int]
) -> list[Bill]:
    """A bill for each entry. While polls are billed, and while nobody listens, the relay is held: what it does for
    subscribers is on their bill alone, their exchange's durable queue included."""
    relay.hold_relay()
    try:
        nobody = heat([])
        polls = [bill_of(heat([entry]), nobody, broker_memory()) for entry in entries if entry.is_poll]
    finally:
        relay.release_relay()
    heat([])  # the relay catches up
    return polls + [bill_of(heat([entry]), nobody, broker_memory()) for entry in entries if not entry.is_poll]
