"""The broker is cut off between the decision and its message."""

from pika.adapters.blocking_connection import BlockingChannel

from lab.experiments import database, ours, plain
from lab.experiments.experiment import Bar, Code, Experiment, Measured
from lab.experiments.ground import Ground
from lab.experiments.notes import Notes
from lab.experiments.processes import Cable

THIRD = 10  # decisions before the cut, during it, and after it


def run(ground: Ground) -> Measured:
    """Thirty decisions; while the middle ten are taken, there is no way to the broker."""
    ground.open_database()
    ours.TOPOLOGY.declare_on(ground.channel())
    cable = ground.cable()
    dual_errors, dual_lost = _decide(ground, cable, 100, with_outbox=False)
    errors, lost = _decide(ground, cable, 200, with_outbox=ground.is_safe)
    total = 3 * THIRD
    return Measured(
        (
            Bar("outbox", lost, f"of {total} decisions nobody heard of"),
            Bar("store, then publish", dual_lost, f"of {total} decisions nobody heard of"),
            Bar("outbox", errors, "answers 500, for what was stored"),
            Bar("store, then publish", dual_errors, "answers 500, for what was stored"),
        ),
        holds=not lost and not errors,
        sentence=f"Of {total} stored decisions nobody heard of {dual_lost} when they were published after the commit, "
        f"and of {lost} with the outbox.",
    )


def _decide(ground: Ground, cable: Cable, first: int, with_outbox: bool) -> tuple[int, int]:
    """Answers 500, and stored decisions without a message."""
    numbers = range(first, first + 3 * THIRD)
    relay = ground.start(ours.relay, cable.url) if with_outbox else None
    ground.start(_take_decisions, cable.url, ground.database, ground.notes, numbers, with_outbox)
    ground.wait(lambda: ground.notes.of("at", number=first + THIRD))
    cable.cut()
    ground.say("step", words="the broker is cut off")
    ground.notes.add("go on", number=first + THIRD)
    ground.wait(lambda: ground.notes.of("at", number=first + 2 * THIRD))
    cable.join()
    ground.say("step", words="the broker is back")
    ground.notes.add("go on", number=first + 2 * THIRD)
    ground.wait(lambda: ground.notes.of("answered", number=numbers[-1]))
    stored = set(database.numbers(ground.database, "decision")) & set(numbers)
    channel, heard = ground.channel(), set[int]()
    while True:
        heard |= heard_of(channel)
        if not relay or heard >= stored or not ground.wait(lambda: ground.depth(ours.QUEUE.name)):
            break
    if relay:
        ground.kill(relay)
    answers = [each["status"] for each in ground.notes.of("answered") if each["number"] in numbers]
    return answers.count(500), len(stored - heard)


def heard_of(channel: BlockingChannel) -> set[int]:
    """Take all out of the queue: the decisions that it told of. The relay may have sent one twice, at the cut."""
    bodies = iter(lambda: channel.basic_get(ours.QUEUE.name, auto_ack=True)[2], None)
    return {plain.number_of(body) for body in bodies}


def _take_decisions(url: str, database: str, notes: Notes, numbers: range, with_outbox: bool) -> None:
    if with_outbox:
        ours.decide_with_outbox(notes, numbers, lambda number: pause(notes, numbers, number))
    else:
        ours.decide_and_publish(url, database, notes, numbers, lambda number: pause(notes, numbers, number))


def pause(notes: Notes, numbers: range, number: int) -> None:
    """At two thirds of the way, wait until something was done."""
    import time

    if number in (numbers[0] + THIRD, numbers[0] + 2 * THIRD):
        notes.add("at", number=number)
        while not notes.of("go on", number=number):
            time.sleep(0.02)


EXPERIMENT = Experiment(
    name="outbox",
    title="Store and publish, with the broker cut off in between",
    claim="A decision that was stored is heard of, also when the broker was away.",
    question="The decision is committed, then the program publishes it, and the broker is away. What does the person "
    "see, and what does the presenter get?",
    choices=("an error; nothing was stored, so all is well", "200, and a letter later",
             "an error, although it was stored, and no letter ever"),
    answer=2,
    safeguard="the outbox; without it, the program commits and then publishes",
    explanation=(
        "Two systems cannot be written to at once. Whichever comes first, something can happen in between: published "
        "and then rolled back is a letter about nothing, stored and then not published is a decision that nobody hears "
        "of. Trying again in the request does not help where the process ends.",
        "With an outbox the message is a row in the same transaction as the decision. A relay takes it to the broker "
        "as soon as there is one, and marks it after the broker's confirmation. The request does not wait for the "
        "broker, and does not notice that it is away.",
    ),
    code=(
        Code("monolith/presentations/actions.py", "def approve"),
        Code("messaging/outbox/__init__.py", "def publish"),
        Code("messaging/outbox/relay.py", "class Relay"),
    ),
    run=run,
    needs_database=True,
)  # fmt: skip
