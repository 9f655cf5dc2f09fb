"""From just before a commit to the first line of the handler."""

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import quantiles

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
SHARES = {"p50": 50, "p95": 95, "p99": 99}


def measure(ground: Ground, plan: Plan, say: Say) -> list[Finding]:
    """A table for each rate. At 100 a second in as many rounds as there are, and there the bars are."""
    with ground.sql("monolith") as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS decision (id uuid)")
    findings = []
    for rate, rounds, seconds in (
        (10, 1, plan.latency_seconds / 2),
        (100, plan.rounds, plan.latency_seconds),
        (500, 1, plan.latency_seconds / 4),
    ):
        samples: dict[str, list[float]] = defaultdict(list)
        for number in range(rounds):
            for way, name in WAYS.items():
                say(f"{rate} a second, round {number + 1} of {rounds}: {name}")
                samples[way] += delays(ground, way, rate, seconds)
        findings.append(_finding(rate, samples))
        if rate == 100:
            findings[-1].bars = list(_bars(samples))
    return findings


def delays(ground: Ground, way: str, rate: float, seconds: float) -> list[float]:
    """Milliseconds, of each message."""
    with ground.vhost() as vhost, _reading(ground, vhost, way) as handled:
        arguments = ["-m", "benchmarks.peers.writer", way, str(rate), str(seconds)]
        with Program(ground, arguments, _env(ground, vhost, way)) as writer:
            writer.wait_ready()
            time.sleep(1)
            sent = writer.go()
        time.sleep(1)
    missing = len(sent.keys() - handled.keys())
    assert not missing, f"{missing} of {len(sent)} messages never came"
    return [(handled[id] - stamp) / 1e6 for id, stamp in sent.items()]


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
    with Program(ground, command, _env(ground, vhost, way)):
        time.sleep(3)  # it does not say when it is ready; the writer's first messages wait for it
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
    return Finding(f"latency-{rate}", title, "ms", rows, lines=lines, axis="per cent of the messages")


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
