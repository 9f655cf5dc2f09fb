"""A worker that is killed: whether its messages are lost depends on when they were acknowledged."""

from typing import Any

from lab.experiments import ours, plain
from lab.experiments.experiment import Bar, Code, Experiment, Measured
from lab.experiments.ground import Ground


def run(ground: Ground) -> Measured:
    """A worker is killed in the middle of its work, and another one takes over."""
    tasks = 20 if ground.is_short else 60
    ours_lost, again = _lost(ground, "last", tasks, is_early=not ground.is_safe)
    early_lost, _ = _lost(ground, "early", tasks, is_early=True)
    return Measured(
        (
            Bar("acknowledged last", ours_lost, f"of {tasks} messages were lost"),
            Bar("acknowledged early", early_lost, f"of {tasks} messages were lost"),
        ),
        holds=not ours_lost,
        sentence=f"Of {tasks} messages {ours_lost} were lost with the worker that acknowledges last, {early_lost} with "
        f"the one that acknowledges early; {again} were begun twice.",
    )


def _lost(ground: Ground, name: str, tasks: int, is_early: bool) -> tuple[int, int]:
    queue = f"early.{name}" if is_early else ours.QUEUE.name
    channel = ground.channel()
    if is_early:
        channel.queue_declare(queue, durable=True)
    else:
        ours.TOPOLOGY.declare_on(channel)
    plain_or_ours(ground, queue, tasks, is_early)
    process = _worker(ground, queue, f"first, {name}", is_early)
    ground.wait(lambda: len(ground.notes.of("began", worker=f"first, {name}")) >= tasks // 4)
    ground.kill(process)
    ground.say("step", words=f"acknowledges {name}: killed in the middle of a message")
    second = _worker(ground, queue, f"second, {name}", is_early)
    ground.wait_for_rest("done", worker=f"second, {name}", still_for=1.5)
    ground.kill(second)
    workers = (f"first, {name}", f"second, {name}")
    done = {each["number"] for worker in workers for each in ground.notes.of("done", worker=worker)}
    began = [each["number"] for worker in workers for each in ground.notes.of("began", worker=worker)]
    return tasks - len(done), len(began) - len(set(began))


def plain_or_ours(ground: Ground, queue: str, tasks: int, is_early: bool) -> None:
    """Send the messages to the queue."""
    if is_early:
        plain.send(ground.channel(), "", queue, range(1, tasks + 1))
    else:
        ours.publish(ground.url, [ours.approval(number).wire() for number in range(1, tasks + 1)])


def _worker(ground: Ground, queue: str, name: str, is_early: bool) -> Any:
    if is_early:
        return ground.start(plain.acknowledge_early, ground.url, queue, ground.notes, name, 0.05)
    return ground.start(ours.work, ground.url, ground.notes, name, 0.05)


EXPERIMENT = Experiment(
    name="acknowledge-last",
    title="Acknowledge early, or last",
    claim="A worker may be killed at any moment, and no message is lost.",
    question="60 messages wait. A worker takes them with auto_ack=True, as the course does, and is killed after 15. "
    "How many does the next worker get?",
    choices=("45", "44: the one in hand is lost", "none"),
    answer=2,
    safeguard="acknowledging last; without it, the broker is told auto_ack=True",
    explanation=(
        "With auto_ack a message counts as dealt with as soon as it is sent to the worker, so the broker sends all it "
        "has. What the worker had not come to yet is gone with it, and nobody is told.",
        "Our consumer acknowledges after its handler returned. What was in hand goes back to the queue when the "
        "connection ends, and is delivered again: so a message may come twice, and its effect must not. "
        "That is what receipts are for.",
    ),
    code=(
        Code("lab/experiments/plain.py", "def acknowledge_early"),
        Code("messaging/consumer.py", "ended[-1][0].acknowledge()"),
        Code("messaging/inbox/once.py", "def once("),
    ),
    run=run,
)
