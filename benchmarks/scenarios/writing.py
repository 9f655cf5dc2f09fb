"""Letters through a mail server that is not the bottleneck: what it takes at most stands beside."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from benchmarks import queues
from benchmarks.bars import Bar
from benchmarks.findings import Finding
from benchmarks.ground import Ground
from benchmarks.outbox import fill
from benchmarks.plan import Plan
from benchmarks.program import Program
from benchmarks.rounds import Contender, Say, take_turns
from benchmarks.scenarios.consuming import CELERY_COMMAND, DRAMATIQ_COMMAND
from native.rabbitmq import free_port

ONE, FOUR, FOUR_BY_TEN = "ours, 1 worker", "ours, 4 workers", "ours, 4 workers, EMAIL_IN_DOUBT=10"
CELERY_ONE, CELERY, DRAMATIQ = "Celery, 1 process", "Celery, 4 processes", "Dramatiq, 2 processes of 8 threads"
CELERY_COMMAND_ONE = ["1" if word == "4" else word for word in CELERY_COMMAND]
BARS = [
    Bar("letters, 1 worker ÷ Celery, 1 process", ONE, CELERY_ONE, at_least=1),
    Bar("letters, our best ÷ the best peer's", (ONE, FOUR, FOUR_BY_TEN), (CELERY, DRAMATIQ), at_least=1.5),
]
WITHIN = 180  # seconds
TEN = "a worker that is killed leaves up to ten letters in doubt, and not one"
TWICE = "no receipt: a letter comes twice whenever its task does; nobody is told that it went out"


def measure(ground: Ground, plan: Plan, say: Say) -> Finding:
    """From the first letter to the last, as the sink saw them."""
    number = max(50, plan.messages // 15)
    found = Finding("letters", "Letters handed to a mail server", "letters/s", [], BARS)
    contenders = [
        Contender(ONE, lambda g: _ours(g, number // 2, 1)),
        Contender(FOUR, lambda g: _ours(g, number, 4)),
        Contender(FOUR_BY_TEN, lambda g: _ours(g, number, 4, in_doubt=10), TEN),
        Contender(CELERY_ONE, lambda g: _peer(g, "celery_fill", CELERY_COMMAND_ONE, number // 2), TWICE),
        Contender(CELERY, lambda g: _peer(g, "celery_fill", CELERY_COMMAND, number), TWICE),
        Contender(DRAMATIQ, lambda g: _peer(g, "dramatiq_fill", DRAMATIQ_COMMAND, number), TWICE),
        Contender("limit: the sink alone", lambda g: _limit(g, 10 * number), "", True),
    ]
    return take_turns(contenders, found, ground, plan, say)


@contextmanager
def _sink(ground: Ground) -> Iterator[tuple[Program, int]]:
    port = free_port()
    with Program(ground, ["-m", "benchmarks.peers.sink", str(port)], ground.env("workflow")) as sink:
        sink.wait_ready()
        yield sink, port


def _ours(ground: Ground, number: int, workers: int, in_doubt: int = 1) -> float:
    with ExitStack() as stack:
        vhost = stack.enter_context(ground.vhost())
        queues.fill(ground, vhost, number, fill)
        sink, port = stack.enter_context(_sink(ground))
        mail = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(port), "EMAIL_IN_DOUBT": str(in_doubt)}
        env = ground.env("workflow", vhost, **mail)
        for _ in range(workers):
            stack.enter_context(Program(ground, ["presentation_workflow/manage.py", "consume"], env))
        return _rate(sink, number)


def _peer(ground: Ground, fill_with: str, command: list[str], number: int) -> float:
    with ground.vhost() as vhost, _sink(ground) as (sink, port):
        env = {**ground.peer_env("workflow", vhost), "EMAIL_PORT": str(port)}
        with Program(ground, ["-m", f"benchmarks.peers.{fill_with}", str(number), "letters"], env) as filling:
            filling.wait()
        with Program(ground, command, env):
            return _rate(sink, number)


def _limit(ground: Ground, number: int) -> float:
    with _sink(ground) as (sink, port):
        blast = ["-m", "benchmarks.peers.blast", str(port), str(number)]
        with Program(ground, blast, ground.env("workflow")) as blasting:
            blasting.wait()
        return _rate(sink, number // 50 * 50)


def _rate(sink: Program, number: int) -> float:
    deadline = time.monotonic() + WITHIN
    while True:
        sink.tell("how many?")
        found = sink.result()
        if found["taken"] >= number:
            return float(found["rate"])
        if time.monotonic() > deadline:
            raise TimeoutError(f"{found['taken']} of {number} letters came within {WITHIN} s")
        time.sleep(0.2)
