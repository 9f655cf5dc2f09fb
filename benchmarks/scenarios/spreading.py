"""One publisher, five subscribers with a durable queue each: from the first commit until everybody has everything."""

from contextlib import ExitStack

import pika

from benchmarks.findings import Finding
from benchmarks.ground import Ground
from benchmarks.outbox import commit, fill_accounts, relaying
from benchmarks.plan import Plan
from benchmarks.program import Program
from benchmarks.rounds import Contender, Say, take_turns

SUBSCRIBERS = 5
NO_OUTBOX = "published from memory: what its process had not sent yet is lost with it"


def measure(ground: Ground, plan: Plan, say: Say) -> Finding:
    """Ours comes out of the outbox. Celery and Dramatiq know no such thing: it would be five tasks a message."""
    found = Finding("fanout", f"Fanout to {SUBSCRIBERS} subscribers", "messages/s, each to all", [])
    found.note = "Celery and Dramatiq have no fanout: there a message would be five tasks, each published by itself."
    contenders = [
        Contender("ours, 5 processes", lambda g: _ours(g, plan.messages // 4)),
        Contender("FastStream, 1 process", lambda g: _faststream(g, plan.messages // 24), NO_OUTBOX),
    ]
    return take_turns(contenders, found, ground, plan, say)


def _ours(ground: Ground, number: int) -> float:
    with ExitStack() as stack:
        vhost = stack.enter_context(ground.vhost())
        stack.enter_context(relaying(ground, vhost))
        cursor = stack.enter_context(ground.sql("monolith"))
        queues = [f"subscriber-{n}" for n in range(SUBSCRIBERS)]
        with pika.BlockingConnection(pika.URLParameters(vhost)) as connection:
            for queue in queues:
                channel = connection.channel()
                channel.queue_declare(queue, durable=True, arguments={"x-queue-type": "quorum"})
                channel.queue_bind(queue, "accounts")
        env = ground.peer_env("monolith", vhost)
        command = ["-m", "benchmarks.peers.our_subscriber"]
        readers = [stack.enter_context(Program(ground, [*command, queue, str(number)], env)) for queue in queues]
        for reader in readers:
            reader.wait_ready()
        committed = commit(cursor, number, fill_accounts)
        last = max(reader.result()[1] for reader in readers)
    return float(number / (last / 1e9 - committed))


def _faststream(ground: Ground, number: int) -> float:
    with ground.vhost() as vhost:
        command = ["-m", "benchmarks.peers.faststream_subscribers", str(number)]
        with Program(ground, command, ground.peer_env("monolith", vhost)) as peer:
            peer.wait_ready()
            return float(peer.go()["rate"])
