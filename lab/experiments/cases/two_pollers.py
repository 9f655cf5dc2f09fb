"""Two services that poll for the same work, beside two that compete for a queue."""
# doctor: ignore, this shows what goes wrong on purpose

import time

import requests

from lab.experiments import plain, source
from lab.experiments.experiment import Bar, Code, Experiment, Measured
from lab.experiments.ground import Ground
from lab.experiments.notes import Notes


def run(ground: Ground) -> Measured:
    """The same tasks, offered by HTTP to two pollers and by a queue to two workers."""
    tasks = 20 if ground.is_short else 60
    channel = ground.channel()
    channel.queue_declare("tasks", durable=True)
    web = source.start(ground)
    for name in ("first", "second"):
        ground.start(_poll, web, ground.notes, "poller")
        if ground.is_safe:
            ground.start(plain.work, ground.url, "tasks", ground.notes, "worker", 0.01)
        else:
            ground.start(_poll, web, ground.notes, "worker")
        ground.say("step", words=f"the {name} of each has started")
    if ground.is_safe:
        ground.wait_for_readers("tasks", 2)
    for number in range(tasks):
        requests.post(web, data=str(number), timeout=5)
        plain.send(channel, "", "tasks", [number])
    done = {}
    for kind in ("poller", "worker"):
        ground.wait_for_rest("done", worker=kind)
        done[kind] = len(ground.notes.of("done", worker=kind))
    return Measured(
        (
            Bar("two workers of a queue", done["worker"], f"pieces of work were done, of {tasks}"),
            Bar("two pollers", done["poller"], f"pieces of work were done, of {tasks}"),
        ),
        holds=done["worker"] == tasks,
        sentence=f"{tasks} tasks: the two pollers did {done['poller']} pieces of work, "
        f"the two workers {done['worker']}.",
    )


def _poll(web: str, notes: Notes, name: str) -> None:
    """Asks what there is and does what it has not done yet; of the other one it knows nothing."""
    known: set[int] = set()
    while True:
        for number in set(requests.get(web, timeout=5).json()) - known:
            known.add(number)
            notes.add("done", worker=name, number=number)
        time.sleep(0.2)


EXPERIMENT = Experiment(
    name="two-pollers",
    title="Two pollers do the work twice",
    claim="Two workers of one queue do each piece of work once; two pollers that do the same duplicate it.",
    question="A poller is too slow, so a second one is started beside it. How much work is done now?",
    choices=("the same, sooner", "all of it twice", "half each"),
    answer=1,
    safeguard="a queue that hands out each task once; without it, the workers poll as well",
    explanation=(
        "A poller asks what there is. A second one asks the same and gets the same answer, so both do all of it, "
        "unless they agree who does what: with locks, with a mark on each task, with a range for each.",
        "A queue is such an agreement, kept by the broker: what was handed to one worker is not handed to another, "
        "unless the first one ends without having acknowledged it. So a second worker means half the time, and a "
        "second poller means twice the load. For copies that is harmless, for letters it is not.",
    ),
    code=(
        Code("lab/experiments/cases/two_pollers.py", "def _poll"),
        Code("poller/delta.py", "def copy_changes"),
    ),
    run=run,
)
