"""Outbox rows the course's way: a connection for each, nothing confirmed."""
# doctor: ignore (the course's way is measured here)

import os

import pika

from benchmarks.peers.rows import relay


def publish(bodies: list[str]) -> None:
    """Returns once each was sent."""
    for body in bodies:
        connection = pika.BlockingConnection(pika.URLParameters(os.environ["RABBITMQ_URL"]))
        channel = connection.channel()
        channel.queue_declare(queue="presentation_approvals")
        channel.basic_publish(exchange="", routing_key="presentation_approvals", body=body.encode())
        connection.close()


relay(publish)
