"""From just before a commit to the first line of the handler.

All stand ready, and one after the other has a turn of some seconds: what disturbs the machine for longer than that
disturbs all alike. What disturbs it for some milliseconds, other programs, has to wait where root's rights allow it: at
a hundred messages a second, one such disturbance a second would be what p99 shows.
"""

import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import product
from statistics import quantiles

from benchmarks import queues
from benchmarks.findings import Bar, Finding, Line, Row
from benchmarks.ground import Ground
from benchmarks.outbox import relaying
from benchmarks.plan import Plan
from benchmarks.priority import real_time
from benchmarks.program import Program
from benchmarks.rounds import Say
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
RATES = {10: 0.5, 100: 2.0, 500: 0.2}  # messages a second, and for how many seconds of a turn
SHARES = {"p50": 50, "p95": 95, "p99": 99}


def measure(ground: Ground, plan: Plan, say: Say) -> list[Finding]:
    """A table for each rate. The bars are at 100 a second."""
    with ground.sql("monolith") as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS decision (id uuid)")
    with real_time() as is_first:
        samples = delays(ground, plan.latency_turns, say)
    note = "All ran with real-time priority." if is_first else "Without root's rights: all ran at the usual priority."
    findings = [_finding(rate, of_rate, note) for rate, of_rate in samples.items()]
    findings[list(RATES).index(100)].bars = list(_bars(samples[100]))
    return findings


def delays(ground: Ground, turns: int, say: Say) -> dict[int, dict[str, list[float]]]:
    """Milliseconds, of each message: by rate, then by way."""
    handled: dict[str, dict[str, int]] = {}
    sent: dict[int, dict[str, dict[str, int]]] = {rate: {way: {} for way in WAYS} for rate in RATES}
    with ExitStack() as stack:
        writers = {}
        for way in WAYS:
            vhost = stack.enter_context(ground.vhost())
            handled[way] = stack.enter_context(_reading(ground, vhost, way))
            writer = Program(ground, ["-m", "benchmarks.peers.writer", way], _env(ground, vhost, way))
            writers[way] = stack.enter_context(writer)
        for writer in writers.values():
            writer.wait_ready()
        ground.settle()
        order = deque(WAYS)  # who comes first finds the machine at rest
        for number in range(turns):
            say(f"turn {number + 1} of {turns}")
            for (rate, seconds), way in product(RATES.items(), order):
                sent[rate][way] |= writers[way].go(f"{rate} {seconds}")
            order.rotate()
        time.sleep(1)
    missing = [id for ways in sent.values() for way, stamps in ways.items() for id in stamps.keys() - handled[way]]
    assert not missing, f"{len(missing)} messages never came"
    return {
        rate: {way: [(handled[way][id] - stamp) / 1e6 for id, stamp in stamps.items()] for way, stamps in ways.items()}
        for rate, ways in sent.items()
    }


@contextmanager
def _reading(ground: Ground, vhost: str, way: str) -> Iterator[dict[str, int]]:
    """When each message was handled; filled at the end."""
    handled: dict[str, int] = {}
    if way == "outbox":
        handler = ["-m", "benchmarks.peers.our_handler", QUEUE, "0"]
        with relaying(ground, vhost), Program(ground, handler, _env(ground, vhost, way)) as consumer:
            consumer.wait_ready()
            yield handled
            consumer.process.terminate()
            handled.update(consumer.result())
        return
    command = CELERY_COMMAND if way == "celery" else DRAMATIQ_COMMAND
    with Program(ground, command, _env(ground, vhost, way)) as consumer:
        queues.wait_for_readers(vhost, *READS[way], consumer)
        yield handled
    notes = ground.folder / f"notes-{vhost[-32:]}"
    handled.update((id, int(stamp)) for id, stamp in (line.split() for line in notes.read_text().splitlines()))


def _env(ground: Ground, vhost: str, way: str) -> dict[str, str]:
    return {**ground.peer_env("monolith", vhost), "NOTES": str(ground.folder / f"notes-{vhost[-32:]}"), "WAY": way}


def _finding(rate: int, samples: dict[str, list[float]], note: str) -> Finding:
    rows, lines = [], []
    for way, name in WAYS.items():
        for share, figure in percentiles(samples[way]).items():
            rows.append(Row(f"{name}, {share}", [figure], GIVES_UP[way] if share == "p50" else ""))
        cuts = quantiles(samples[way], n=1000, method="inclusive")
        lines.append(Line(name, [n / 10 for n in range(1, 1000)], cuts))
    title = f"Latency at {rate} a second: commit to handler"
    axis = "per cent of the messages"
    return Finding(f"latency-{rate}", title, "ms", rows, lines=lines, axis=axis, note=note)


def percentiles(samples: list[float]) -> dict[str, float]:
    """p50, p95, p99 and the longest."""
    cuts = quantiles(samples, n=100, method="inclusive")
    return {**{name: cuts[share - 1] for name, share in SHARES.items()}, "max": max(samples)}


def _bars(samples: dict[str, list[float]]) -> Iterator[Bar]:
    figures = {way: percentiles(samples[way]) for way in WAYS}
    for share in ("p50", "p99"):
        ours = figures["outbox"][share]
        yield Bar(f"latency at 100/s, {share} ÷ Celery's", ours / figures["celery"][share], at_most=1)
        yield Bar(f"latency at 100/s, {share} ÷ Dramatiq's", ours / figures["dramatiq"][share], at_most=2)
    yield Bar("latency at 100/s, longest pause", figures["outbox"]["max"], at_most=100, unit="ms")
