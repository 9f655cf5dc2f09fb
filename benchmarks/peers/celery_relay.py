"""Outbox rows by Celery's `.delay()`, each confirmed."""

from benchmarks.peers.celery_app import app, note
from benchmarks.peers.rows import relay


def publish(bodies: list[str]) -> None:
    """Returns once each is confirmed."""
    for body in bodies:
        note.delay(body)


with app.connection_for_write() as connection:
    app.amqp.queues["celery"](connection).declare()
    relay(publish)
