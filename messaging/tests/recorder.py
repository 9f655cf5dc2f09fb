"""Consumers that note what they were given, and a look at the queues that they leave it in."""

from contracts.messages import PresentationApproved
from contracts.queues import PRESENTATION_APPROVALS
from messaging import topology
from messaging.consumer import Consumer

QUEUE = PRESENTATION_APPROVALS
DEAD = topology.dead_letter_queue(QUEUE.owner)


class Recorder:
    """A consumer whose handler notes what it got, then does what the test says."""

    def __init__(self, then=lambda message: None) -> None:
        self.seen: list[int] = []
        self.consumer = Consumer([QUEUE])

        @self.consumer.handles(PresentationApproved)
        def record(message: PresentationApproved) -> None:
            self.seen.append(message.presentation_id)
            then(message)


class BatchRecorder:
    """The same for batches."""

    def __init__(self, then=lambda messages: None) -> None:
        self.batches: list[list[int]] = []
        self.consumer = Consumer([QUEUE], prefetch=20)

        @self.consumer.handles(PresentationApproved, batch=10)
        def record(messages: list[PresentationApproved]) -> None:
            then(messages)
            self.batches.append([message.presentation_id for message in messages])

    def seen(self) -> list[int]:
        return [number for batch in self.batches for number in batch]


def depth(channel, queue: str) -> int:
    return channel.queue_declare(queue, passive=True).method.message_count
