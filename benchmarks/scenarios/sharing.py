"""Competing workers, each of which takes 20 ms over a message."""

import time
from contextlib import ExitStack

from benchmarks import queues
from benchmarks.bars import Bar
from benchmarks.findings import Finding, Line, Row
from benchmarks.ground import Ground
from benchmarks.outbox import fill
from benchmarks.plan import Plan
from benchmarks.program import Program
from benchmarks.rounds import Say, rounds

EFFECT = 20  # milliseconds
WORKERS = (1, 2, 4, 8)
QUEUE = "workflow.presentation_approvals"
BARS = [
    Bar("2 workers ÷ 1 worker", "2 workers", "1 worker", at_least=1.9),
    Bar("4 workers ÷ 1 worker", "4 workers", "1 worker", at_least=3.6),
]


def measure(ground: Ground, plan: Plan, say: Say) -> Finding:
    """How many messages a second 1, 2, 4 and 8 of them get through."""
    title = f"Workers with an effect of {EFFECT} ms"
    rows = {workers: Row(f"{workers} worker{'s' * (workers > 1)}", []) for workers in WORKERS}
    found = Finding("workers", title, "messages/s", list(rows.values()), BARS, axis="workers")
    for name in rounds(plan, found):
        say(f"{name}: 1 to {WORKERS[-1]} workers")
        for workers, rate in _rates(ground, plan.seconds).items():
            rows[workers].figures.append(rate)
    found.lines = [Line("ours", list(map(float, WORKERS)), [row.median for row in rows.values()])]
    return found


def _rates(ground: Ground, seconds: float) -> dict[int, float]:
    """Of so many workers at one queue that is never empty; more join them after each time."""
    whole = sum(WORKERS) * (1000 / EFFECT) * (seconds + 4)
    command = ["-m", "benchmarks.peers.our_handler", QUEUE, str(EFFECT)]
    spans: dict[int, tuple[int, int]] = {}
    team: list[Program] = []
    with ExitStack() as stack:
        vhost = stack.enter_context(ground.vhost())
        queues.fill(ground, vhost, round(whole), fill)
        for workers in WORKERS:
            fresh = [Program(ground, command, ground.peer_env("monolith", vhost)) for _ in range(workers - len(team))]
            team += [stack.enter_context(worker) for worker in fresh]
            for worker in fresh:
                worker.wait_ready()
            time.sleep(0.2)
            begin = time.time_ns()
            time.sleep(seconds)
            spans[workers] = begin, time.time_ns()
        stamps = [stamp for worker in team for stamp in worker.go().values()]
    return {
        workers: sum(begin <= stamp < end for stamp in stamps) / (end - begin) * 1e9
        for workers, (begin, end) in spans.items()
    }
