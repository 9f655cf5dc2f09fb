"""Outbox rows by Dramatiq's `.send()`, each confirmed."""

from benchmarks.peers.dramatiq_app import broker, note
from benchmarks.peers.rows import relay


def publish(bodies: list[str]) -> None:
    """Returns once each is confirmed."""
    for body in bodies:
        note.send(body)


broker.declare_queue("default", ensure=True)
relay(publish)
