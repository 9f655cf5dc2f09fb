"""One run: sources beside each other over the same changes, and what each of them did."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lab.race.entries import Entry
from lab.race.records import Change, Observation
from lab.race.sources import Source, source_of
from lab.race.stack import RaceStack
from lab.race.wire import Traffic
from lab.race.writer_client import WriterClient

SETTLE = 1.0  # seconds after the longest interval: whatever will arrive has, unless something is overloaded
Tick = Callable[[float], None]


@dataclass(frozen=True)
class SourceRun:
    """What one source did in a run."""

    entry: Entry
    observations: list[list[Observation]]  # of each consumer
    exchanges: int  # requests made, or messages delivered
    traffic: Traffic
    failures: int
    round_trips: list[float]  # seconds


@dataclass(frozen=True)
class Run:
    """What happened in one run."""

    rate: float
    began: float
    ended: float
    changes: list[Change]
    source_runs: list[SourceRun]
    cpu: dict[str, float]  # seconds by part

    @property
    def seconds(self) -> float:
        """For which the writer wrote, and exchanges, traffic and CPU were counted."""
        return self.ended - self.began

    @property
    def written(self) -> float:
        """Changes a second that the writer managed: on an overloaded machine, fewer than it was asked for."""
        return len(self.changes) / self.seconds


def carry_out(
    stack: RaceStack,
    writer_client: WriterClient,
    entries: Sequence[Entry],
    rate: float,
    seconds: float,
    seed: int,
    tick: Tick,
    settle: float | None = None,
) -> Run:
    """Start the sources, let the writer write and count meanwhile, wait until what it wrote can have arrived (or
    `settle` seconds), stop the sources. `tick` is called with the seconds that have passed, again and again."""
    sources = [source_of(entry, stack.monolith_url, stack.rabbitmq_url, seed) for entry in entries]
    for source in sources:
        source.start()
    before = _counted(stack, sources)
    began = writer_client.begin(rate, seconds, seed)
    wait(seconds, tick)
    changes, ended = writer_client.finish()
    after = _counted(stack, sources)
    if settle is None:
        settle = SETTLE + max((entry.interval for entry in entries), default=0.0)
    wait(settle, tick)
    for source in sources:
        source.stop()
    source_runs = [_source_run(*each) for each in zip(sources, before.sources, after.sources, strict=True)]
    cpu = {part: seconds - before.cpu[part] for part, seconds in after.cpu.items()}
    return Run(rate, began, ended, changes, source_runs, cpu)


@dataclass(frozen=True)
class _Counted:
    cpu: dict[str, float]
    sources: list[tuple[int, Traffic]]


def _counted(stack: RaceStack, sources: Sequence[Source]) -> _Counted:
    cpu = {part: tree.cpu() for part, tree in stack.trees.items()}
    return _Counted(cpu, [(source.exchanges, source.traffic) for source in sources])


def _source_run(source: Source, before: tuple[int, Traffic], after: tuple[int, Traffic]) -> SourceRun:
    observations = [copies.observations for copies in source.copies]
    exchanges, traffic = after[0] - before[0], after[1] - before[1]
    return SourceRun(source.entry, observations, exchanges, traffic, source.failures, source.round_trips)


def wait(seconds: float, tick: Tick) -> None:
    """Let time pass, telling so."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        pause = min(left, 0.25)
        time.sleep(pause)
        tick(pause)
