"""A slow worker holds up nobody if each takes one message at a time."""

from lab.experiments import plain
from lab.experiments.experiment import Bar, Code, Experiment, Measured
from lab.experiments.ground import Ground

SLOW, QUICK = 0.3, 0.01  # seconds for each message


def run(ground: Ground) -> Measured:
    """A slow and a quick worker, who take 1 or 50 messages at a time."""
    tasks = 16 if ground.is_short else 40
    fair, slow_did = _share(ground, "with prefetch 1", 1 if ground.is_safe else 50, tasks)
    greedy, greedy_did = _share(ground, "with prefetch 50", 50, tasks)
    return Measured(
        (
            Bar("prefetch 1", fair, "seconds until all was done"),
            Bar("prefetch 50", greedy, "seconds until all was done"),
            Bar("prefetch 1", slow_did, "messages that the slow worker did"),
            Bar("prefetch 50", greedy_did, "messages that the slow worker did"),
        ),
        holds=slow_did <= tasks / 4,
        sentence=f"Of {tasks} messages the slow worker did {slow_did} with prefetch 1 ({fair:.1f} s for all), "
        f"{greedy_did} with prefetch 50 ({greedy:.1f} s).",
    )


def _share(ground: Ground, name: str, prefetch: int, tasks: int) -> tuple[float, int]:
    """Seconds until all was done, and how many messages the slow worker did."""
    channel, queue = ground.channel(), f"tasks {name}"
    channel.queue_declare(queue, durable=True)
    slow, quick = f"slow {name}", f"quick {name}"
    started = [
        ground.start(plain.work, ground.url, queue, ground.notes, worker, seconds, prefetch)
        for worker, seconds in ((slow, SLOW), (quick, QUICK))
    ]
    ground.wait_for_readers(queue, 2)
    plain.send(channel, "", queue, range(tasks))
    ground.wait(lambda: sum(len(ground.notes.of("done", worker=each)) for each in (slow, quick)) == tasks)
    for process in started:
        ground.kill(process)
    done, began = ([*ground.notes.of(kind, worker=slow), *ground.notes.of(kind, worker=quick)]
                   for kind in ("done", "began"))  # fmt: skip
    seconds = max(each["at"] for each in done) - min(each["at"] for each in began)
    did = len(ground.notes.of("done", worker=slow))
    ground.say("step", words=f"{name}: {seconds:.1f} s, the slow worker did {did}")
    return seconds, did


EXPERIMENT = Experiment(
    name="fair-dispatch",
    title="A slow worker beside a quick one",
    claim="With one message at a time (prefetch 1), the next message goes to whoever is free.",
    question="One worker is thirty times as slow as the other, and each may take 50 messages at once. Of 40 messages, "
    "how many does the slow one get?",
    choices=("1 or 2", "about 10", "20", "40"),
    answer=2,
    safeguard="prefetch_count=1; without it, the broker hands out 50 messages at a time",
    explanation=(
        "Without a limit the broker deals messages out like cards, to each in turn, as they come. It does not know "
        "that one worker is slow: half of the messages wait behind it while the other has nothing to do.",
        "prefetch_count is how many unacknowledged messages a consumer may hold. With 1, the broker keeps the rest in "
        "the queue until somebody is free. It costs a round trip for each message, which is why short work is "
        "given some more: our consumer takes 16.",
    ),
    code=(
        Code("lab/experiments/plain.py", "channel.basic_qos"),
        Code("messaging/broker_reader.py", "channel.basic_qos"),
    ),
    run=run,
)
