"""Celery, set up as for the same promises: a quorum queue, persistent, publishes confirmed, acknowledged late."""

import json
import os

from celery import Celery
from kombu import Queue

from benchmarks.peers import effects

app = Celery("peer", broker=os.environ["RABBITMQ_URL"])
app.conf.update(
    task_ignore_result=True,
    task_queues=[Queue("celery", queue_arguments={"x-queue-type": "quorum"})],
    broker_transport_options={"confirm_publish": True},
    broker_connection_retry_on_startup=True,
    task_acks_late=True,
    worker_prefetch_multiplier=50,
    worker_send_task_events=False,
    # Without it, Celery closes Django's database connection before and after each task: a seventh of the rate.
    CELERY_DB_REUSE_MAX=100_000,
)


@app.task
def note(body: str) -> None:
    """Nothing comes of it but that it was decoded."""
    json.loads(body)


@app.task
def copy_account(message_id: str, body: str) -> None:
    """A receipt and the copy."""
    effects.copy_account(message_id, body)


@app.task
def stamp(id: str, _title: str) -> None:
    """Note when it was called."""
    effects.note(id)


@app.task
def send_letter(name: str, email: str, title: str) -> None:
    """As Django sends it: over a connection of its own."""
    effects.send_letter(name, email, title)
