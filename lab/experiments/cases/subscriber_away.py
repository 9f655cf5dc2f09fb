"""A subscriber that is away for a while: what it missed, and whether it gets it later."""
# doctor: ignore, this shows what goes wrong on purpose

import time
from collections.abc import Callable

import requests

from lab.experiments import plain, source
from lab.experiments.experiment import Bar, Code, Experiment, Measured
from lab.experiments.ground import Ground
from lab.experiments.notes import Notes

WAYS = ("exclusive queue", "durable queue", "stream", "poller")


def run(ground: Ground) -> Measured:
    """Four subscribers hear ten changes, are away for twenty, and are back for ten more."""
    channel = ground.channel()
    channel.exchange_declare("news", "fanout", durable=True)
    channel.queue_declare("stream", durable=True, arguments={"x-queue-type": "stream"})
    channel.queue_bind("stream", "news")
    web = source.start(ground)
    change = _changer(ground, web)
    present = _all_come(ground, web)
    change(0, 10)
    _until_all_know(ground, 9)
    ground.say("step", words="all four have heard ten changes; now they are away")
    for process in present:
        ground.kill(process)
    change(10, 30)
    ground.say("step", words="twenty changes happened meanwhile; they are back")
    _all_come(ground, web, again=True)
    change(30, 40)
    _until_all_know(ground, 39)
    ground.wait_for_rest("done")
    missed = {way: 40 - len({each["number"] for each in ground.notes.of("done", worker=way)}) for way in WAYS}
    return Measured(
        tuple(Bar(way, number, "of 40 changes were missed for good") for way, number in missed.items()),
        holds=not missed["durable queue"],
        sentence="; ".join(f"{way}: {number} missed" for way, number in missed.items()) + ".",
    )


def _changer(ground: Ground, web: str) -> Callable[[int, int], None]:
    channel = ground.channel()

    def change(first: int, end: int) -> None:
        for number in range(first, end):
            requests.post(web, data=str(number), timeout=5)
            channel.basic_publish("news", "", str(number).encode())

    return change


def _all_come(ground: Ground, web: str, again: bool = False) -> list[object]:
    listening = len(ground.notes.of("listens"))
    mine = "" if not ground.is_safe else "subscriber.news"
    started = [
        ground.start(plain.subscribe, ground.url, "news", "", ground.notes, "exclusive queue", True),
        ground.start(plain.subscribe, ground.url, "news", mine, ground.notes, "durable queue", not ground.is_safe),
        ground.start(_read_stream, ground.url, ground.notes, again),
        ground.start(_poll, web, ground.notes),
    ]
    ground.wait(lambda: len(ground.notes.of("listens")) == listening + len(WAYS))
    return started


def _until_all_know(ground: Ground, number: int) -> None:
    ground.wait(lambda: all(ground.notes.of("done", worker=way, number=number) for way in WAYS))


def _read_stream(url: str, notes: Notes, again: bool) -> None:
    """Reads on where it was: a stream keeps what was read, and the reader says from where it wants to read."""
    channel = plain.open_channel(url)
    channel.basic_qos(prefetch_count=10)
    offset = len(notes.of("done", worker="stream")) if again else "first"
    notes.add("listens", worker="stream")
    for method, _, body in channel.consume("stream", arguments={"x-stream-offset": offset}):
        notes.add("done", worker="stream", number=int(body))
        channel.basic_ack(method.delivery_tag)


def _poll(web: str, notes: Notes) -> None:
    notes.add("listens", worker="poller")
    known: set[int] = set()
    while True:
        for number in set(requests.get(web, timeout=5).json()) - known:
            known.add(number)
            notes.add("done", worker="poller", number=number)
        time.sleep(0.3)


EXPERIMENT = Experiment(
    name="subscriber-away",
    title="A subscriber that is away",
    claim="A missed message is not gone for good, if the subscriber's queue is durable and has a name.",
    question="A subscriber is away while 20 changes happen. Its queue was exclusive and nameless, as in the course. "
    "How many of them does it learn of later?",
    choices=("all: the broker keeps them", "the last one", "none, ever"),
    answer=2,
    safeguard="a durable queue with a name; without it, the queue is exclusive, and gone with its subscriber",
    explanation=(
        "An exclusive queue lives as long as its connection. While the subscriber is away there is no queue, so the "
        "exchange has nowhere to put the message. A durable queue with a name is there also when nobody reads it; a "
        "stream keeps even what was read, for those who come later or start over.",
        "A poller heals by itself: it asks for the state and not for the changes, so it need not know what it missed. "
        "That is what polling is good at. Our attendees service does both: a durable queue, and a comparison with "
        "the monolith when it starts and every five minutes.",
    ),
    code=(
        Code("lab/experiments/plain.py", "def subscribe"),
        Code("messaging/topology.py", "def declarations"),
        Code("attendees_microservice/attendees/resync.py", "class Resync"),
    ),
    run=run,
)
