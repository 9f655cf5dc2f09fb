"""Competing workers, each of which takes 20 ms over a message."""

import time
from contextlib import ExitStack
from functools import partial

from benchmarks.findings import Bar, Finding, Line
from benchmarks.ground import Ground
from benchmarks.outbox import fill, queue
from benchmarks.plan import Plan
from benchmarks.program import Program
from benchmarks.rounds import Contender, Say, take_turns

EFFECT = 20  # milliseconds
WORKERS = (1, 2, 4, 8)
QUEUE = "presentation_approvals"


def measure(ground: Ground, plan: Plan, say: Say) -> Finding:
    """How many messages a second 1, 2, 4 and 8 of them get through."""
    rows = take_turns(
        [Contender(_name(n), partial(_rate, workers=n, seconds=plan.seconds)) for n in WORKERS],
        ground,
        plan.rounds,
        say,
    )
    found = Finding("workers", f"Workers with an effect of {EFFECT} ms", "messages/s", rows, axis="workers")
    found.lines = [Line("ours", list(map(float, WORKERS)), [row.median for row in rows])]
    found.bars = [
        Bar("2 workers ÷ 1 worker", found.ratio(_name(2), _name(1)), at_least=1.9),
        Bar("4 workers ÷ 1 worker", found.ratio(_name(4), _name(1)), at_least=3.6),
    ]
    return found


def _name(workers: int) -> str:
    return f"{workers} worker{'s' * (workers > 1)}"


def _rate(ground: Ground, workers: int, seconds: float) -> float:
    """Within so many seconds, all of them being at work and the queue never empty."""
    number = round(workers * (1000 / EFFECT) * (seconds + 3)) + 100
    with ExitStack() as stack:
        vhost = stack.enter_context(ground.vhost())
        queue(ground, vhost, number, fill)
        command = ["-m", "benchmarks.peers.our_handler", QUEUE, str(EFFECT)]
        env = ground.peer_env("monolith", vhost)
        team = [stack.enter_context(Program(ground, command, env)) for _ in range(workers)]
        for worker in team:
            worker.wait_ready()
        time.sleep(0.2)
        begin = time.time_ns()
        time.sleep(seconds)
        end = time.time_ns()
        for worker in team:
            worker.process.terminate()
        handled = [stamp for worker in team for stamp in worker.result().values()]
    return sum(begin <= stamp < end for stamp in handled) / seconds
