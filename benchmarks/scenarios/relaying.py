"""Outbox rows to confirmed and marked."""

from functools import partial
from typing import Any

from benchmarks.bars import Bar
from benchmarks.findings import Finding
from benchmarks.ground import Ground
from benchmarks.outbox import commit, fill, relaying, wait_until_sent
from benchmarks.plan import Plan
from benchmarks.program import Program
from benchmarks.rounds import Contender, Say, take_turns

OURS, COURSE, CELERY, DRAMATIQ = "ours", "the course's way", "Celery, confirmed", "Dramatiq, confirmed"
FASTSTREAM, LIMIT = "FastStream", "limit: frames encoded beforehand"
NO_WAKING = "no wake-up, no standby, a returned message passes for sent, order of a subject not kept on failure"
UNCONFIRMED = "nothing confirmed: what the broker does not take is lost; not persistent"
BARS = [
    Bar("relay ÷ Celery, confirmed", OURS, CELERY, at_least=8),
    Bar("relay ÷ Dramatiq, confirmed", OURS, DRAMATIQ, at_least=5),
    Bar("relay ÷ the course's way", OURS, COURSE, at_least=40),
    Bar("relay, of the limit", OURS, LIMIT, at_least=20, unit="%", scale=100),
]


def measure(ground: Ground, plan: Plan, say: Say) -> Finding:
    """Everybody reads and marks the same rows in the same batches; only the limit has none."""
    found = Finding("relay", "Relay: outbox rows to confirmed and marked", "messages/s", [], BARS)
    contenders = [
        Contender(OURS, lambda ground: rate_of_ours(ground, plan.messages)),
        Contender(CELERY, lambda g: _peer(g, "celery_relay", plan.messages // 10), NO_WAKING),
        Contender(DRAMATIQ, lambda g: _peer(g, "dramatiq_relay", plan.messages // 8), NO_WAKING),
        Contender(FASTSTREAM, lambda g: _peer(g, "faststream_relay", plan.messages // 3), NO_WAKING),
        Contender(COURSE, lambda g: _peer(g, "course_relay", plan.messages // 80), UNCONFIRMED),
        Contender(LIMIT, lambda g: _limit(g, 2 * plan.messages), "no database, no message of one's own", True),
    ]
    return take_turns(contenders, found, ground, plan, say)


def rate_of_ours(ground: Ground, number: int, database: str = "monolith") -> float:
    """Rows a second, by our relay as it is deployed."""
    with ground.vhost() as vhost, relaying(ground, vhost, database) as relay, ground.sql(database) as cursor:
        return rate(cursor, relay, number)


def rate(cursor: Any, relay: Program, number: int, size: int = 300) -> float:
    """Rows a second from their commit until the last is marked."""
    cursor.execute("SELECT max(id) FROM outbox_outboxmessage")
    (before,) = cursor.fetchone()
    committed = commit(cursor, number, partial(fill, size=size))
    wait_until_sent(cursor, relay)
    cursor.execute(
        "SELECT extract(epoch FROM max(sent_at))::float - %s FROM outbox_outboxmessage WHERE id > %s",
        [committed, before],
    )
    (seconds,) = cursor.fetchone()
    return float(number / seconds)


def _peer(ground: Ground, name: str, number: int) -> float:
    with ground.vhost() as vhost, ground.sql("monolith") as cursor:
        cursor.execute("TRUNCATE outbox_outboxmessage")
        fill(cursor, number)
        with Program(ground, ["-m", f"benchmarks.peers.{name}"], ground.peer_env("monolith", vhost)) as peer:
            peer.wait_ready()
            found = peer.go()
    assert found["relayed"] == number, found
    return float(found["rate"])


def _limit(ground: Ground, number: int) -> float:
    with ground.vhost() as vhost:
        command = ["-m", "benchmarks.peers.frames", str(number)]
        with Program(ground, command, ground.env("monolith", vhost)) as peer:
            peer.wait_ready()
            return float(peer.go()["rate"])
