"""From just before a commit to the first line of the handler.

All stand ready, and one after the other has a turn of some seconds: what disturbs the machine for longer than that
disturbs all alike. What disturbs it for some milliseconds, other programs, has to wait where root's rights allow it: at
a hundred messages a second, one such disturbance a second would be what p99 shows.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import product
from statistics import quantiles

from benchmarks import queues
from benchmarks.bars import Bar
from benchmarks.findings import Finding, Line, Row
from benchmarks.ground import Ground
from benchmarks.outbox import relaying
from benchmarks.plan import Plan
from benchmarks.priority import real_time
from benchmarks.program import Program
from benchmarks.rounds import Say, rounds
from benchmarks.scenarios.consuming import DRAMATIQ_COMMAND

CELERY_COMMAND = [
    "-m", "celery", "-A", "benchmarks.peers.celery_app", "worker", "--loglevel", "WARNING", "--concurrency", "2",
    "--without-gossip", "--without-mingle", "--without-heartbeat",
]  # fmt: skip
WAYS = {"outbox": "ours", "celery": "Celery", "dramatiq": "Dramatiq"}
LOST = "decision and message are two facts: what is committed before a crash may never be published"
GIVES_UP = {"outbox": "", "celery": LOST, "dramatiq": LOST}
QUEUE = "workflow.presentation_approvals"
READS = {"celery": ("celery", 1), "dramatiq": ("default", 2)}  # its queue, and how many of its processes read it
RATES = {10: 0.5, 100: 2.0, 500: 0.4}  # messages a second, and for how many seconds of a turn
SHARES = {"p50": 50, "p95": 95, "p99": 99}
SHOWN = [n / 10 for n in range(1, 1000)]  # per cent of the messages
FIRST, NOT_FIRST = "All ran with real-time priority.", "Without root's rights: all ran at the usual priority."
BARS = {
    100: [
        Bar("latency at 100/s, p50 ÷ Celery's", "ours, p50", "Celery, p50", at_most=1),
        Bar("latency at 100/s, p50 ÷ Dramatiq's", "ours, p50", "Dramatiq, p50", at_most=2),
        Bar("latency at 100/s, p99 ÷ Celery's", "ours, p99", "Celery, p99", at_most=1.1),
        Bar("latency at 100/s, p99 ÷ Dramatiq's", "ours, p99", "Dramatiq, p99", at_most=2),
        Bar("latency at 100/s, longest pause", "ours, max", at_most=100, unit="ms"),
    ],
    500: [
        Bar("latency at 500/s, p99 ÷ Celery's", "ours, p99", "Celery, p99", at_most=1),
        Bar("latency at 500/s, p99 ÷ Dramatiq's", "ours, p99", "Dramatiq, p99", at_most=1.5),
    ],
}
Delays = dict[int, dict[str, list[float]]]


@dataclass(frozen=True)
class Way:
    """A writer that commits decisions, and what tells when each message was handled, in nanoseconds of the clock."""

    writer: Program
    handled: Callable[[], dict[str, int]]


def measure(ground: Ground, plan: Plan, say: Say) -> list[Finding]:
    """A table for each rate. Of a round to decide about a bar, its rate alone is measured."""
    with ground.sql("monolith") as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS decision (id uuid)")
    findings = {rate: _finding(rate) for rate in RATES}
    samples: dict[int, dict[str, list[float]]] = {rate: {name: [] for name in WAYS.values()} for rate in RATES}
    with real_time() as is_first, _ready(ground) as ways:
        order = deque(WAYS)  # who comes first finds the machine at rest
        for number, name in enumerate(rounds(plan, *findings.values())):
            rates = [rate for rate, found in findings.items() if number < plan.rounds or found.is_undecided]
            say(f"{name}: {' and '.join(map(str, rates))} a second")
            delays = _delays(ways, rates, order, plan.latency_turns)
            for rate, way in product(rates, WAYS):
                samples[rate][WAYS[way]] += delays[rate][way]
                for share, figure in percentiles(delays[rate][way]).items():
                    findings[rate].row(f"{WAYS[way]}, {share}").figures.append(figure)
    for rate, found in findings.items():
        found.note = FIRST if is_first else NOT_FIRST
        found.lines = [
            Line(name, SHOWN, quantiles(of_way, n=1000, method="inclusive")) for name, of_way in samples[rate].items()
        ]
    return list(findings.values())


def _delays(ways: dict[str, Way], rates: list[int], order: deque[str], turns: int) -> Delays:
    """Milliseconds, of each message of a round: by rate, then by way."""
    sent: dict[int, dict[str, dict[str, int]]] = {rate: {way: {} for way in WAYS} for rate in rates}
    for _ in range(turns):
        for rate, way in product(rates, order):
            sent[rate][way] |= ways[way].writer.go(f"{rate} {RATES[rate]}")
        order.rotate()
    time.sleep(1)
    handled = {way: ways[way].handled() for way in WAYS}
    missing = [
        id for of_rate in sent.values() for way, stamps in of_rate.items() for id in stamps.keys() - handled[way]
    ]
    assert not missing, f"{len(missing)} messages never came"
    return {
        rate: {way: [(handled[way][id] - stamp) / 1e6 for id, stamp in stamps.items()] for way, stamps in ways.items()}
        for rate, ways in sent.items()
    }


@contextmanager
def _ready(ground: Ground) -> Iterator[dict[str, Way]]:
    """All of them, at work."""
    with ExitStack() as stack:
        ways = {}
        for way in WAYS:
            vhost = stack.enter_context(ground.vhost())
            handled = stack.enter_context(_reading(ground, vhost, way))
            writer = Program(ground, ["-m", "benchmarks.peers.writer", way], _env(ground, vhost, way))
            ways[way] = Way(stack.enter_context(writer), handled)
        for each in ways.values():
            each.writer.wait_ready()
        ground.settle()
        yield ways


@contextmanager
def _reading(ground: Ground, vhost: str, way: str) -> Iterator[Callable[[], dict[str, int]]]:
    """What tells when each message was handled."""
    if way == "outbox":
        handler = ["-m", "benchmarks.peers.our_handler", QUEUE, "0"]
        with relaying(ground, vhost), Program(ground, handler, _env(ground, vhost, way)) as consumer:
            consumer.wait_ready()
            yield consumer.go
        return
    notes = ground.folder / f"notes-{vhost[-32:]}"
    command = CELERY_COMMAND if way == "celery" else DRAMATIQ_COMMAND
    with Program(ground, command, _env(ground, vhost, way)) as consumer:
        queues.wait_for_readers(vhost, *READS[way], consumer)
        yield lambda: {id: int(stamp) for id, stamp in map(str.split, notes.read_text().splitlines())}


def _env(ground: Ground, vhost: str, way: str) -> dict[str, str]:
    return {**ground.peer_env("monolith", vhost), "NOTES": str(ground.folder / f"notes-{vhost[-32:]}"), "WAY": way}


def _finding(rate: int) -> Finding:
    rows = [
        Row(f"{name}, {share}", [], GIVES_UP[way] if share == "p50" else "")
        for way, name in WAYS.items()
        for share in (*SHARES, "max")
    ]
    title, axis = f"Latency at {rate} a second: commit to handler", "per cent of the messages"
    return Finding(f"latency-{rate}", title, "ms", rows, BARS.get(rate, []), axis=axis)


def percentiles(samples: list[float]) -> dict[str, float]:
    """p50, p95, p99 and the longest."""
    cuts = quantiles(samples, n=100, method="inclusive")
    return {**{name: cuts[share - 1] for name, share in SHARES.items()}, "max": max(samples)}
