"""RabbitMQ by the project's own `messaging`: what is run here is the code of the application."""
# doctor: ignore, this shows what goes wrong on purpose

import time
from collections.abc import Callable, Iterable

import psycopg2
from django.db import connection, transaction

from contracts.messages import PresentationApproved
from contracts.queues import PRESENTATION_APPROVALS
from lab.experiments.notes import Notes
from messaging import topology
from messaging.batch import Outcome
from messaging.consumer import Consumer
from messaging.message import Wire
from messaging.outbox.relay import Relay
from messaging.publisher import Publisher
from messaging.shutdown import Stop
from messaging.topology import Topology

QUEUE = PRESENTATION_APPROVALS
ADDRESS = PresentationApproved.address
TOPOLOGY = Topology((QUEUE,))  # in its virtual host an experiment needs one of the queues
topology.RETRY_DELAY_MS = 1000


def approval(number: int) -> PresentationApproved:
    """News of an approval, by number."""
    return PresentationApproved(
        presentation_id=number, presenter_name="Ada", presenter_email="ada@example.com", title=f"Talk {number}"
    )


def publish(url: str, wires: Iterable[Wire]) -> list[Outcome]:
    """Publish as the relay does; what became of each. Raises one of CONNECTION_ERRORS."""
    with Publisher(url, "experiment", TOPOLOGY) as publisher:
        while not publisher.is_open:
            publisher.run_once(0.1)
        batch = publisher.send(list(wires))
        while not batch.is_settled:
            publisher.run_once(0.1)
    return [batch.outcomes[place] for place in range(len(batch.wires))]


def work(url: str, notes: Notes, worker: str, seconds: float = 0, prefetch: int = 16) -> None:
    """Work so many seconds on each message, with our consumer. Does not end."""
    consumer = Consumer([QUEUE], prefetch)

    @consumer.handles(PresentationApproved)
    def handle(message: PresentationApproved) -> None:
        notes.add("began", worker=worker, number=message.presentation_id)
        time.sleep(seconds)
        notes.add("done", worker=worker, number=message.presentation_id)

    consumer.run(url, worker, Stop())


def write_letters(url: str, notes: Notes, worker: str, seconds: float) -> None:
    """Store a letter for each message, once: receipt and letter are one transaction. Does not end."""
    from messaging.inbox.once import once

    consumer = Consumer([QUEUE])

    @consumer.handles(PresentationApproved)
    @once("letter")
    def handle(message: PresentationApproved) -> None:
        notes.add("began", worker=worker, number=message.presentation_id)
        time.sleep(seconds)
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO letter VALUES (%s)", [message.presentation_id])

    consumer.run(url, worker, Stop())


def relay(url: str) -> None:
    """Move what is in the outbox to the broker. Does not end."""
    Relay(url, "experiment", TOPOLOGY, Stop()).run()


def decide_with_outbox(notes: Notes, numbers: Iterable[int], between: Callable[[int], None]) -> None:
    """Store decisions, each with its message in one transaction."""
    from messaging.outbox import publish as store

    for number in numbers:
        between(number)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO decision VALUES (%s)", [number])
            store(approval(number))
        notes.add("answered", number=number, status=200)
    connection.close()


def decide_and_publish(url: str, database: str, notes: Notes, numbers: Iterable[int],
                       between: Callable[[int], None]) -> None:  # fmt: skip
    """Store decisions as the course does: commit, connect, publish; nobody makes up for what fails after the commit."""
    from lab.experiments import plain

    for number in numbers:
        between(number)
        with psycopg2.connect(database) as session, session.cursor() as cursor:
            cursor.execute("INSERT INTO decision VALUES (%s)", [number])
        session.close()
        try:
            channel = plain.open_channel(url)
            channel.basic_publish(ADDRESS.exchange, ADDRESS.key, approval(number).wire().body)
            channel.connection.close()
        except Exception:  # noqa: BLE001 - whatever pika raises, the course's view answers 500
            notes.add("answered", number=number, status=500)
        else:
            notes.add("answered", number=number, status=200)
