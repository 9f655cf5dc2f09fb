"""Who catches up, and how soon, when a party was away: producer, broker, consumer."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lab.race.entries import POLLS, Entry
from lab.race.measures import arrivals
from lab.race.records import Change, Observation
from lab.race.run import Tick, wait
from lab.race.sources import Source, source_of
from lab.race.stack import Own
from lab.race.writer_client import WriterClient

ENTRIES = (*(Entry(way, 1.0) for way in POLLS), Entry("fanout"), Entry("durable"))
BEFORE = 1.0  # seconds of undisturbed changes
# Seconds without progress in any source, after which none will catch up by itself. Who waits for the broker may pause
# up to 15 s between two tries.
QUIET = {"consumer": 3.0, "producer": 5.0, "broker": 16.0}
STILL = 1.5  # seconds after everyone else has everything: a queue that went with its connection has lost the rest
LONGEST = 120.0  # seconds until the writer stops also when a party does not come back


@dataclass(frozen=True)
class Recovery:
    """How one source came out of one outage."""

    party: str
    entry: Entry
    away: float  # seconds
    changes: int  # made before and during the outage
    lost: int  # of them, those that the consumer never learned of, nor of anything newer
    seconds: float | None  # from the party's return until all of them were applied; None if some never were

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"lane": self.entry.name, **vars(self), "entry": vars(self.entry)}


def suffer(stack: Own, writer_client: WriterClient, rate: float, away: float, seed: int, tick: Tick) -> list[Recovery]:
    """Each party is away in turn, for at least `away` seconds, while the writer goes on; then it stops, so that no
    later change hides what was lost."""
    outages: list[tuple[str, Callable[[list[Source]], None], Callable[[list[Source]], None]]] = [
        ("consumer", _leave, _return),
        ("producer", lambda _sources: stack.stop_producer(), lambda _sources: stack.start_producer()),
        ("broker", lambda _sources: stack.stop_broker(), lambda _sources: stack.start_broker()),
    ]
    return [each for outage in outages for each in _one(stack, writer_client, rate, away, seed, tick, *outage)]


def _one(
    stack: Own, writer_client: WriterClient, rate: float, away: float, seed: int, tick: Tick, party: str,
    stop: Callable[[list[Source]], None], start: Callable[[list[Source]], None],
) -> list[Recovery]:  # fmt: skip
    sources = [source_of(entry, stack.monolith_url, stack.rabbitmq_url, seed) for entry in ENTRIES]
    for source in sources:
        source.start()
    writer_client.begin(rate, LONGEST, seed)
    wait(BEFORE, tick)
    left = time.time()
    stop(sources)
    wait(away, tick)
    writer_client.stop()
    changes, _ = writer_client.finish()
    start(sources)
    returned = time.time()
    _wait_for_all(sources, changes, QUIET[party], tick)
    for source in sources:
        source.stop()
    return [_recovery(party, source, changes, left, returned) for source in sources]


def _leave(sources: Sequence[Source]) -> None:
    for source in sources:
        source.leave()


def _return(sources: Sequence[Source]) -> None:
    for source in sources:
        source.come_back()


def _wait_for_all(sources: Sequence[Source], changes: list[Change], quiet: float, tick: Tick) -> None:
    lost, since = {"?": 1}, time.monotonic()
    while any(lost.values()):
        others = sum(number for way, number in lost.items() if way != "fanout")
        if time.monotonic() > since + (quiet if others else min(quiet, STILL)):
            return
        wait(0.25, tick)
        still = {source.entry.way: _lost(changes, source.copies[0].observations) for source in sources}
        if still != lost:
            lost, since = still, time.monotonic()


def _recovery(party: str, source: Source, changes: list[Change], left: float, returned: float) -> Recovery:
    observations = source.copies[0].observations
    lost = _lost(changes, observations)
    last = max((each.at for each in arrivals(changes, observations) if each.at is not None), default=returned)
    seconds = None if lost else max(0.0, last - returned)
    return Recovery(party, source.entry, returned - left, len(changes), lost, seconds)


def _lost(changes: list[Change], observations: list[Observation]) -> int:
    return sum(each.at is None for each in arrivals(changes, list(observations)))
