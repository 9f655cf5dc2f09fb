"""Publishing as a row in your own transaction; a relay moves the rows to RabbitMQ.

with transaction.atomic():
    order.save()
    publish(OrderPlaced.of(order))
"""

from time import thread_time

from messaging.message import Message


def publish(message: Message) -> None:
    """Store `message` for publishing, in the current transaction: it goes out if and only if that commits.

    Atomic with the caller's other changes. Published at least once, under the same message id each time;
    messages about one subject in the order of their publish() if the caller locked the subject's row first.
    Costs one INSERT; nothing here waits for RabbitMQ. Raises OutsideTransaction.
    """
    from messaging.outbox.rows import store
    from messaging.outbox.signals import stored

    started = thread_time()
    wire = message.wire()
    store(wire, message.subject())
    stored.send(type(message), bytes=len(wire.body), cpu_ms=1000 * (thread_time() - started))
