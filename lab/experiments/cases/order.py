"""One queue keeps the order; several consumers of it do not."""

import random
from typing import Any

from lab.experiments import plain
from lab.experiments.experiment import Bar, Code, Experiment, Measured
from lab.experiments.ground import Ground
from lab.experiments.notes import Notes

SINGLE = {"x-single-active-consumer": True}


def run(ground: Ground) -> Measured:
    """The same messages for one consumer, for four, and for four of which one is active."""
    messages = 40 if ground.is_short else 200
    late = {
        "1 consumer": _late(ground, "order.one", 1, messages, {}),
        "4 consumers": _late(ground, "order.four", 4, messages, {}),
        "4, one of them active": _late(ground, "order.active", 4, messages, SINGLE if ground.is_safe else {}),
    }
    of_ours = late["4, one of them active"]
    return Measured(
        tuple(Bar(label, value, "messages that a later one overtook") for label, value in late.items()),
        holds=not of_ours and not late["1 consumer"],
        sentence=f"Of {messages} messages, {late['1 consumer']} were overtaken with one consumer, "
        f"{late['4 consumers']} with four, {of_ours} with four of which one is active.",
    )


def _late(ground: Ground, queue: str, consumers: int, messages: int, arguments: dict[str, Any]) -> int:
    channel = ground.channel()
    channel.queue_declare(queue, durable=True, arguments=arguments)
    for _ in range(consumers):
        ground.start(_take, ground.url, queue, ground.notes)
    ground.wait_for_readers(queue, consumers)
    plain.send(channel, "", queue, range(messages))
    ground.wait(lambda: len(ground.notes.of("taken", queue=queue)) == messages)
    newest = late = -1
    late = 0
    for each in ground.notes.of("taken", queue=queue):
        late += each["number"] < newest
        newest = max(newest, each["number"])
    ground.say("step", words=f"{queue}: {late} overtaken")
    return late


def _take(url: str, queue: str, notes: Notes) -> None:
    """Takes some milliseconds for a message, now more, now less, as real work does."""
    channel, duration = plain.open_channel(url), random.Random(queue)  # noqa: S311 - not a secret
    channel.basic_qos(prefetch_count=1)
    for method, _, body in channel.consume(queue):
        channel.connection.sleep(duration.random() / 100)
        notes.add("taken", queue=queue, number=int(body))
        channel.basic_ack(method.delivery_tag)


EXPERIMENT = Experiment(
    name="order",
    title="Order, with one consumer and with several",
    claim="Messages take effect in the order in which they were sent, if one consumer at a time reads the queue.",
    question="Four consumers share a queue with 200 messages. How many messages are overtaken by a later one?",
    choices=("none: a queue is first in, first out", "a handful", "a good part of them"),
    answer=2,
    safeguard="x-single-active-consumer; without it, all four consumers are given messages",
    explanation=(
        "A queue hands messages out in order, and that is all it promises. As soon as two consumers work at the same "
        "time, the quicker one is done first, and what it did is the later message.",
        "With x-single-active-consumer the broker gives all to one of them, and to the next one only when that is "
        "gone. Where several work at once, the receiver has to cope: our messages carry the revision of what they "
        "tell of, and a copy never goes back to an older one.",
    ),
    code=(
        Code("lab/experiments/cases/order.py", "SINGLE ="),
        Code("attendees_microservice/attendees/copies.py", "def copy_accounts"),
    ),
    run=run,
)
