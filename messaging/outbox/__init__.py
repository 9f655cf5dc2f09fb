"""Publishing as a row in your own transaction; a relay moves the rows to RabbitMQ.

with transaction.atomic():
    order.save()
    publish(OrderPlaced.of(order))
"""

from collections.abc import Sequence
from time import thread_time

from messaging import tracing
from messaging.message import Message


def publish(message: Message) -> None:
    """Store `message` for publishing, in the current transaction: it goes out if and only if that commits.

    Atomic with the caller's other changes. Published at least once, under the same message id each time;
    messages about one subject in the order of their publish() if the caller locked the subject's row first.
    Costs one INSERT; nothing here waits for RabbitMQ. Raises OutsideTransaction.
    """
    publish_all([message])


def publish_all(messages: Sequence[Message]) -> None:
    """The same for several, with one INSERT."""
    from messaging.outbox.rows import store
    from messaging.outbox.signals import stored

    started = thread_time()
    wires = [message.wire() for message in messages]
    if tracing.tracer:
        tracing.tracer.storing(wires)
    store(wires, [message.subject() for message in messages])
    each = 1000 * (thread_time() - started) / max(1, len(messages))
    for message, wire in zip(messages, wires, strict=True):
        stored.send(type(message), bytes=len(wire.body), cpu_ms=each)
