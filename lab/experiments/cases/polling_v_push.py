"""Pollers of several intervals beside a subscriber: how late, and how much was asked for that."""
# doctor: ignore, this shows what goes wrong on purpose

import time
from statistics import mean
from typing import Any

import requests

from lab.experiments import plain, source
from lab.experiments.experiment import Bar, Code, Experiment, Measured
from lab.experiments.ground import Ground
from lab.experiments.notes import Notes

INTERVALS = (1.0, 5.0, 30.0)  # seconds
IN_SHORT = 0.2  # of those, where a few seconds must do


def run(ground: Ground) -> Measured:
    """The same changes for all of them, at once."""
    scale = IN_SHORT if ground.is_short else 1.0
    intervals = [scale * each for each in INTERVALS]
    pushed = "messaging"
    channel = ground.channel()
    channel.exchange_declare("news", "fanout", durable=True)
    channel.queue_declare("subscriber.news", durable=True)
    channel.queue_bind("subscriber.news", "news")
    web = source.start(ground)
    ways = [pushed, *(f"poll every {every:g} s" for every in intervals)]
    if ground.is_safe:
        ground.start(plain.subscribe, ground.url, "news", "subscriber.news", ground.notes, pushed)
    else:
        ground.start(_ask_the_queue, ground.url, ground.notes, pushed, intervals[0])
    for way, every in zip(ways[1:], intervals, strict=True):
        ground.start(_poll, web, ground.notes, way, every)
    changes = _change(ground, web, channel, seconds=0.95 * intervals[-1])
    ground.wait(lambda: all(len(ground.notes.of("done", worker=way)) == len(changes) for way in ways))
    delays = {way: mean(each["at"] - changes[each["number"]] for each in ground.notes.of("done", worker=way))
              for way in ways}  # fmt: skip
    asked = {way: len(ground.notes.of("asked", worker=way)) for way in ways[1:]}
    cpu = {way: max((each["cpu_ms"] for each in ground.notes.of("asked", worker=way)), default=0) for way in ways[1:]}
    return Measured(
        tuple(Bar(way, 1000 * delays[way], "ms late on average") for way in ways)
        + tuple(Bar(way, asked.get(way, 0), f"requests, for {len(changes)} changes") for way in ways)
        + tuple(Bar(way, cpu[way], "ms of processor time of the asker") for way in ways[1:]),
        holds=delays[pushed] < delays[ways[1]] / 4,
        sentence=f"By message a change arrived {1000 * delays[pushed]:.0f} ms later on average; by polling "
        + ", ".join(f"{delays[way]:.1f} s ({asked[way]} requests)" for way in ways[1:])
        + ".",
    )


def _change(ground: Ground, web: str, channel: Any, seconds: float) -> dict[int, float]:
    """Change something now and then, in no step with any interval; the time of each change."""
    changes: dict[int, float] = {}
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        number = len(changes)
        changes[number] = time.time()
        requests.post(web, data=str(number), timeout=5)
        plain.send(channel, "news", "", [number])
        ground.wait(lambda: False, seconds=seconds * (0.013 + 0.037 * (number * 0.618 % 1)))
    ground.say("step", words=f"{len(changes)} changes were made")
    return changes


def _poll(web: str, notes: Notes, name: str, every: float) -> None:
    known: set[int] = set()
    began, processor = time.monotonic(), time.process_time()
    turns = 0
    while True:
        found = set(requests.get(web, timeout=5).json()) - known
        notes.add("asked", worker=name, cpu_ms=1000 * (time.process_time() - processor))
        for number in sorted(found):
            known.add(number)
            notes.add("done", worker=name, number=number)
        turns += 1
        time.sleep(max(0.0, began + turns * every - time.monotonic()))


def _ask_the_queue(url: str, notes: Notes, name: str, every: float) -> None:
    """Takes what is in the queue, every so often: a poller with a broker."""
    channel = plain.open_channel(url)
    while True:
        method, _, body = channel.basic_get("subscriber.news", auto_ack=True)
        if method is None:
            channel.connection.sleep(every)
        else:
            notes.add("done", worker=name, number=int(body))


EXPERIMENT = Experiment(
    name="polling-v-push",
    title="Polling every 1, 5 and 30 seconds, and messages",
    claim="A message arrives at once; a poll arrives after half its interval, and asks also when nothing is new.",
    question="A poller asks every 5 seconds. How late does it learn of a change, on average?",
    choices=("at once", "about 2.5 seconds", "5 seconds"),
    answer=1,
    safeguard="a consumer that messages are sent to; without it, the subscriber asks its queue every second",
    explanation=(
        "A change happens anywhere between two polls, so it waits for half the interval on average and for all of it "
        "at worst. Asking twice as often halves that, and doubles the requests: lots of load on the producer, most of "
        "it for the answer that nothing is new.",
        "A message is sent when there is something to tell, and costs nothing while there is not. It needs a broker, "
        "and it is no better than polling if the receiver asks its queue now and then: it is the push that is quick, "
        "not the queue. `make race` measures this on the application itself, with what both ways cost.",
    ),
    code=(
        Code("lab/experiments/plain.py", "def subscribe"),
        Code("poller/delta.py", "def copy_changes"),
    ),
    run=run,
)
