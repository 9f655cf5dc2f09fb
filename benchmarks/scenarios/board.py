"""What the board costs the others: without the lab, with it while nobody watches, and while somebody does."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from statistics import median

from benchmarks.bars import Bar
from benchmarks.client import answers_per_second, wait_for
from benchmarks.findings import Finding, Row
from benchmarks.ground import SECRET, USER, Ground
from benchmarks.outbox import relaying, wait_until_sent
from benchmarks.plan import Plan
from benchmarks.program import Program
from benchmarks.rounds import Say, rounds
from benchmarks.scenarios.approving import serving, talks_of, token_of_organiser
from benchmarks.scenarios.latency import QUEUE
from benchmarks.scenarios.relaying import rate
from benchmarks.servers import CONNECTIONS
from native.rabbitmq import free_port

NO_LAB, UNWATCHED, WATCHED = "no lab", "the lab, nobody watches", "the lab, somebody watches"
LATER = "somebody watches: later by"
SHOWN = 50  # messages a second of which the board shows every one
WITHIN = 20  # seconds
TOLD = 1.3  # seconds until each service knows whether somebody watches: it asks again within one
NOTE = "Somebody who watches is a program that reads the board's stream of events, as a browser does."


def measure(ground: Ground, plan: Plan, say: Say) -> list[Finding]:
    """Relay, consumer, lab and whoever watches are fresh in each turn. The monolith's server, which does not know of
    the lab, stays up."""
    approvals, relayed, latency = found = _findings()
    order, sampled = deque((NO_LAB, UNWATCHED, WATCHED)), 0
    with _serving(ground, plan) as approve:
        approve(plan.seconds)  # until each process has loaded everything
        for name in rounds(plan, *found):
            for who in order:
                say(f"{name}: {who}")
                with _ready(ground, who) as ready:
                    latency.row(who).figures.append(ready.p50(plan.seconds))
                    approve(plan.seconds)  # more than the board shows, and for so long that it has begun to sample
                    approvals.row(who).figures.append(approve(plan.seconds))
                    relayed.row(who).figures.append(ready.relayed(plan.messages // 2))
                    sampled += ready.sampled()
            order.rotate()
            latency.row(LATER).figures.append(latency.row(WATCHED).figures[-1] - latency.row(NO_LAB).figures[-1])
    for each in (approvals, relayed):
        each.note = (
            f"{NOTE} Of many more than {SHOWN} messages a second the board shows a sample: whoever watched was told so"
            f" {sampled} times."
        )
    return found


def _findings() -> list[Finding]:
    """A table of each measure."""
    names = (NO_LAB, UNWATCHED, WATCHED)
    title = "The board's price"
    approvals = Finding("board-approval", f"{title}: approvals", "answers/s", [Row(name, []) for name in names])
    relayed = Finding("board-relay", f"{title}: relay", "messages/s", [Row(name, []) for name in names])
    for what, found in (("approvals", approvals), ("relay", relayed)):
        found.bars = [
            Bar(f"{what}, lab that nobody watches ÷ no lab", UNWATCHED, NO_LAB, at_least=0.98),
            Bar(f"{what}, lab that is watched ÷ no lab", WATCHED, NO_LAB, at_least=0.95),
        ]
    title = f"{title}: commit to handler at {SHOWN} a second, p50"
    latency = Finding("board-latency", title, "ms", [Row(name, []) for name in (*names, LATER)], note=NOTE)
    latency.bars = [Bar(f"p50 at {SHOWN}/s, later where the lab is watched", LATER, at_most=0.3, unit="ms")]
    return [approvals, relayed, latency]


@contextmanager
def _serving(ground: Ground, plan: Plan) -> Iterator[Callable[[float], float]]:
    """How many approvals a second the monolith answers, measured for so many seconds."""
    token, port = token_of_organiser(ground), free_port()
    env = ground.env("monolith", WEB_PORT=str(port), WEB_WORKERS="2")
    with ground.sql("monolith") as cursor, serving(ground, ["monolith/manage.py", "serve"], env, port):
        puts = (("PUT", f"/api/presentations/{pk}/approval/") for pk in talks_of(cursor, plan))
        yield lambda seconds: asyncio.run(answers_per_second(port, puts, token, CONNECTIONS, seconds))


class Ready:
    """One of the three, at work."""

    def __init__(self, ground: Ground, relay: Program, consumer: Program, writer: Program, watcher: Program | None):
        self._ground, self._relay, self._consumer, self._writer = ground, relay, consumer, writer
        self._watcher = watcher

    def p50(self, seconds: float) -> float:
        """Milliseconds from just before the commit to the handler's first line. Few messages come before many: after
        those, a board that is watched would not show every one. Ends writer and consumer."""
        stamps = self._writer.go(f"{SHOWN} {seconds}")
        time.sleep(0.5)
        handled = self._consumer.go()
        self._writer.end()
        self._consumer.end()
        return median((handled[id] - stamp) / 1e6 for id, stamp in stamps.items())

    def relayed(self, number: int) -> float:
        """Messages a second, once those of before are sent."""
        with self._ground.sql("monolith") as cursor:
            wait_until_sent(cursor, self._relay)
            return rate(cursor, self._relay, number)

    def sampled(self) -> int:
        """How often the board said that it shows a sample. Raises RuntimeError where it told somebody nothing."""
        if self._watcher is None:
            return 0
        seen = self._watcher.go()
        if not seen["hops"]:
            raise RuntimeError(f"whoever watched saw no message: {seen}")
        return int(seen["sampled"])


@contextmanager
def _ready(ground: Ground, who: str) -> Iterator[Ready]:
    port = 0 if who == NO_LAB else free_port()
    url = f"http://127.0.0.1:{port}" if port else ""
    with ExitStack() as stack, ground.sql("monolith") as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS decision (id uuid)")
        vhost = stack.enter_context(_default_vhost(ground))
        env = {**ground.peer_env("monolith", vhost), "LAB_URL": url}
        start = partial(Program, ground)
        lab = stack.enter_context(start(["lab/manage.py", "serve"], _of_lab(ground, port))) if port else None
        consumer = stack.enter_context(start(["-m", "benchmarks.peers.our_handler", QUEUE, "0"], env))
        relay = stack.enter_context(relaying(ground, vhost, lab=url))
        writer = stack.enter_context(start(["-m", "benchmarks.peers.writer", "outbox"], env))
        consumer.wait_ready()
        writer.wait_ready()
        if lab:
            wait_for(port, lab.process)
        watcher = None
        if who == WATCHED:
            looks = ["-m", "benchmarks.peers.watcher", f"{url}/stream/", SECRET]
            watcher = stack.enter_context(start(looks, ground.env("monolith")))
            watcher.wait_ready()
        _wait_until_traced(ground, who == WATCHED)
        yield Ready(ground, relay, consumer, writer, watcher)


def _of_lab(ground: Ground, port: int) -> dict[str, str]:
    """Its environment. As deployed it logs in as somebody who may switch the broker's traces on."""
    api = ground.broker.management_url
    return ground.env("monolith", RABBITMQ_URL=ground.broker.url, RABBITMQ_MANAGEMENT_URL=api, WEB_PORT=str(port))


@contextmanager
def _default_vhost(ground: Ground) -> Iterator[str]:
    """Its URL; afterwards it has no queues any more. No other has an exchange of events, which the lab listens at."""
    ground.ask_broker("PUT", f"permissions/%2F/{USER}", {"configure": ".*", "write": ".*", "read": ".*"})
    try:
        yield ground.broker.url
    finally:
        ground.ask_broker("PUT", "vhosts/%2F", {"tracing": False})  # a lab that is killed leaves it on
        for queue in ground.ask_broker("GET", "queues/%2F?columns=name"):
            if not queue["name"].startswith("lab."):  # those of a lab go by themselves
                ground.ask_broker("DELETE", f"queues/%2F/{queue['name']}")


def _wait_until_traced(ground: Ground, is_watched: bool) -> None:
    """Returns once the services know whether they are watched. Raises TimeoutError."""
    deadline = time.monotonic() + WITHIN
    while bool(ground.ask_broker("GET", "vhosts/%2F")["tracing"]) != is_watched:
        if time.monotonic() > deadline:
            raise TimeoutError(f"the broker's traces are not as they should be after {WITHIN} s")
        time.sleep(0.1)
    time.sleep(TOLD)
