"""A receipt and the copy of an account in one transaction of Postgres, acknowledged afterwards."""

from benchmarks import queues, receipts
from benchmarks.bars import Bar
from benchmarks.findings import Finding
from benchmarks.ground import Ground
from benchmarks.outbox import fill_accounts
from benchmarks.plan import Plan
from benchmarks.program import Program
from benchmarks.rounds import Contender, Say, take_turns

OURS, CELERY, DRAMATIQ = "ours", "Celery, 4 processes", "Dramatiq, 2 processes of 8 threads"
LIMIT = "limit: the same SQL, no broker"
BATCH = 500  # as in attendees/handlers.py
NO_ORDER = "no order among the messages of an account; an outage of the database uses up retries"
BARS = [
    Bar("consume ÷ the best of Celery and Dramatiq", OURS, (CELERY, DRAMATIQ), at_least=5),
    Bar("consume, of the limit", OURS, LIMIT, at_least=40, unit="%", scale=100),
]
CELERY_COMMAND = [
    "-m", "celery", "-A", "benchmarks.peers.celery_app", "worker", "--loglevel", "WARNING", "--concurrency", "4",
    "--without-gossip", "--without-mingle", "--without-heartbeat",
]  # fmt: skip
DRAMATIQ_COMMAND = ["-m", "dramatiq", "benchmarks.peers.dramatiq_app", "--processes", "2", "--threads", "8"]


def measure(ground: Ground, plan: Plan, say: Say) -> Finding:
    """All queues are full before anybody begins, so that starting up is not measured."""
    few = plan.messages // 8
    found = Finding("consume", "Consume: receipt and copy in Postgres, acknowledged late", "messages/s", [], BARS)
    contenders = [
        Contender(OURS, lambda g: _ours(g, plan.messages)),
        Contender(CELERY, lambda g: _peer(g, "celery_fill", CELERY_COMMAND, few), NO_ORDER),
        Contender(DRAMATIQ, lambda g: _peer(g, "dramatiq_fill", DRAMATIQ_COMMAND, few), NO_ORDER),
        Contender(LIMIT, lambda g: _limit(g, plan.messages), "nothing comes from anywhere", True),
    ]
    return take_turns(contenders, found, ground, plan, say)


def _ours(ground: Ground, number: int) -> float:
    with ground.sql("attendees") as cursor:
        receipts.forget_all(cursor)
    return rate_of_ours(ground, number)


def rate_of_ours(ground: Ground, number: int, database: str = "attendees") -> float:
    """Messages a second, by one subscriber as it is deployed."""
    with ground.vhost() as vhost, ground.sql(database) as cursor:
        queues.fill(ground, vhost, number, fill_accounts)
        since = receipts.now(cursor)
        subscriber = ["attendees_microservice/manage.py", "subscribe"]
        with Program(ground, subscriber, ground.env(database, vhost)) as consumer:
            return receipts.rate(cursor, number, since, consumer)


def _peer(ground: Ground, fill: str, command: list[str], number: int) -> float:
    with ground.vhost() as vhost, ground.sql("attendees") as cursor:
        receipts.forget_all(cursor)
        env = ground.peer_env("attendees", vhost)
        with Program(ground, ["-m", f"benchmarks.peers.{fill}", str(number)], env) as filling:
            filling.wait()
        since = receipts.now(cursor)
        with Program(ground, command, env) as consumer:
            return receipts.rate(cursor, number, since, consumer)


def _limit(ground: Ground, number: int) -> float:
    with ground.sql("attendees") as cursor:
        receipts.forget_all(cursor)
        command = ["-m", "benchmarks.peers.bare_sql", str(number), str(BATCH)]
        with Program(ground, command, ground.env("attendees", DJANGO_SETTINGS_MODULE="attendees_bc.settings")) as bare:
            bare.wait_ready()
            return float(bare.go()["rate"])
