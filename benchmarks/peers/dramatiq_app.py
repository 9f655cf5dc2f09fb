"""Dramatiq, set up as for the same promises: a quorum queue, persistent, publishes confirmed. It acknowledges late."""

import json
import os

import dramatiq
from dramatiq.brokers.rabbitmq import RabbitmqBroker

from benchmarks.peers import effects


class QuorumBroker(RabbitmqBroker):
    """Its queues are quorum queues."""

    def _build_queue_arguments(self, queue_name: str) -> dict[str, object]:
        return {**super()._build_queue_arguments(queue_name), "x-queue-type": "quorum"}


broker = QuorumBroker(url=os.environ["RABBITMQ_URL"], confirm_delivery=True)
dramatiq.set_broker(broker)


@dramatiq.actor
def note(body: str) -> None:
    """Nothing comes of it but that it was decoded."""
    json.loads(body)


@dramatiq.actor
def copy_account(message_id: str, body: str) -> None:
    """A receipt and the copy."""
    effects.copy_account(message_id, body)


@dramatiq.actor
def stamp(id: str, _title: str) -> None:
    """Note when it was called."""
    effects.note(id)


@dramatiq.actor
def send_letter(name: str, email: str, title: str) -> None:
    """As Django sends it: over a connection of its own."""
    effects.send_letter(name, email, title)
