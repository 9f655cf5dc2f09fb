"""What is done with an event: it is kept, and a line of the log says so."""

import logging
from collections.abc import Sequence

from lab.audit_log.changes import EVENTS, QUEUE, TOPOLOGY
from lab.audit_log.store import Store
from messaging.consumer import Consumer
from messaging.message import Message

log = logging.getLogger(__name__)

BATCH = 100


def subscriber(store: Store) -> Consumer:
    """A consumer that keeps every event in `store`."""
    consumer = Consumer([QUEUE], prefetch=2 * BATCH, topology=TOPOLOGY)

    def keep(messages: Sequence[Message]) -> None:
        new = store.keep(messages)
        for each in messages:
            if str(each.message_id) in new:
                log.info("kept %s of %s, message %s", each.type, each.subject(), each.message_id)

    for event in EVENTS:
        consumer.handles(event, batch=BATCH)(keep)
    return consumer
