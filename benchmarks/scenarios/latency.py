"""From just before a commit to the first line of the handler."""

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import quantiles

from benchmarks import queues
from benchmarks.findings import Bar, Finding, Line, Row
from benchmarks.ground import Ground
from benchmarks.outbox import relaying
from benchmarks.plan import Plan
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
QUEUE = "presentation_approvals"
READS = {"celery": ("celery", 1), "dramatiq": ("default", 2)}  # its queue, and how many of its processes read it
RATES = {10: 0.2, 100: 1.0, 500: 0.1}  # messages a second, and which share of the time at 100
SHARES = {"p50": 50, "p95": 95, "p99": 99}


def measure(ground: Ground, plan: Plan, say: Say) -> list[Finding]:
    """A table for each rate. The bars are at 100 a second."""
    with ground.sql("monolith") as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS decision (id uuid)")
    samples: dict[int, dict[str, list[float]]] = {rate: defaultdict(list) for rate in RATES}
    for number in range(plan.rounds):
        for way, name in WAYS.items():
            say(f"round {number + 1} of {plan.rounds}: {name}")
            seconds = plan.latency_seconds if way == "outbox" else plan.latency_seconds / 2
            for rate, found in delays(ground, way, seconds).items():
                samples[rate][way] += found
    findings = [_finding(rate, of_rate) for rate, of_rate in samples.items()]
    findings[list(RATES).index(100)].bars = list(_bars(samples[100]))
    return findings


def delays(ground: Ground, way: str, seconds: float) -> dict[int, list[float]]:
    """Milliseconds, of each message at each rate; at 100 a second for so long."""
    spans = [max(5 / rate, seconds * share) for rate, share in RATES.items()]
    schedule = [str(each) for pair in zip(RATES, spans, strict=True) for each in pair]
    with ground.vhost() as vhost, _reading(ground, vhost, way) as handled:
        with Program(ground, ["-m", "benchmarks.peers.writer", way, *schedule], _env(ground, vhost, way)) as writer:
            writer.wait_ready()
            ground.settle()
            sent = writer.go()
        time.sleep(1)
    missing = {id for stamps in sent for id in stamps} - handled.keys()
    assert not missing, f"{len(missing)} messages never came"
    return {
        rate: [(handled[id] - stamp) / 1e6 for id, stamp in stamps.items()]
        for rate, stamps in zip(RATES, sent, strict=True)
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


def _finding(rate: int, samples: dict[str, list[float]]) -> Finding:
    rows, lines = [], []
    for way, name in WAYS.items():
        for share, figure in percentiles(samples[way]).items():
            rows.append(Row(f"{name}, {share}", [figure], GIVES_UP[way] if share == "p50" else ""))
        cuts = quantiles(samples[way], n=1000, method="inclusive")
        lines.append(Line(name, [n / 10 for n in range(1, 1000)], cuts))
    title = f"Latency at {rate} a second: commit to handler"
    found = Finding(f"latency-{rate}", title, "ms", rows, lines=lines, axis="per cent of the messages")
    found.note = "Ours is watched for twice as long as each of the others: more time for a pause to show."
    return found


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
