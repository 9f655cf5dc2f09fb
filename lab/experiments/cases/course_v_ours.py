"""The course's way beside ours, from the decision to the letter, on a bad day."""
# doctor: ignore, this shows what goes wrong on purpose

from collections import Counter

from lab.experiments import database, ours, plain
from lab.experiments.cases.outbox import THIRD, pause
from lab.experiments.experiment import Bar, Code, Experiment, Measured
from lab.experiments.ground import Ground
from lab.experiments.notes import Notes

WORK = 0.05  # seconds for a letter


def run(ground: Ground) -> Measured:
    """Thirty decisions; the broker is cut off for ten of them, and the worker is killed once."""
    ground.open_database()
    ours.TOPOLOGY.declare_on(ground.channel())
    course = _letters(ground, 100, is_ours=False)
    ground.channel().queue_purge(ours.QUEUE.name)
    own = _letters(ground, 200, is_ours=ground.is_safe)
    total = 3 * THIRD
    return Measured(
        (
            Bar("ours", total - len(own), f"of {total} presenters got no letter"),
            Bar("the course's way", total - len(course), f"of {total} presenters got no letter"),
            Bar("ours", sum(own.values()) - len(own), "letters too many"),
            Bar("the course's way", sum(course.values()) - len(course), "letters too many"),
        ),
        holds=len(own) == total == sum(own.values()),
        sentence=f"Of {total} presenters {total - len(course)} got no letter the course's way, "
        f"{total - len(own)} got none ours.",
    )


def _letters(ground: Ground, first: int, is_ours: bool) -> Counter[int]:
    """How many letters were written about each decision."""
    numbers = range(first, first + 3 * THIRD)
    cable = ground.cable()
    if is_ours:
        ground.start(ours.relay, cable.url)
    ground.start(_decide, cable.url, ground.database, ground.notes, numbers, is_ours)
    worker = _worker(ground, is_ours, f"first of {first}")
    ground.wait(lambda: len(ground.notes.of("began", worker=f"first of {first}")) >= THIRD // 3)
    ground.kill(worker)
    ground.say("step", words="the worker was killed in the middle of a letter")
    ground.wait(lambda: ground.notes.of("at", number=first + THIRD))
    cable.cut()
    ground.say("step", words="the broker is cut off from whoever decides")
    ground.notes.add("go on", number=first + THIRD)
    worker = _worker(ground, is_ours, f"second of {first}")
    ground.wait(lambda: ground.notes.of("at", number=first + 2 * THIRD))
    cable.join()
    ground.say("step", words="the broker is back")
    ground.notes.add("go on", number=first + 2 * THIRD)
    ground.wait(lambda: ground.notes.of("answered", number=numbers[-1]))
    written = lambda: [each for each in database.numbers(ground.database, "letter") if each in numbers]  # noqa: E731
    if is_ours:
        ground.wait(lambda: len(set(written())) == len(numbers))
    ground.wait_for_rest("began", still_for=1.5)
    return Counter(written())


def _worker(ground: Ground, is_ours: bool, name: str) -> object:
    if is_ours:
        return ground.start(ours.write_letters, ground.url, ground.notes, name, WORK)
    return ground.start(_write_letters_early, ground.url, ground.database, ground.notes, name)


def _write_letters_early(url: str, database: str, notes: Notes, worker: str) -> None:
    """As the course does: `auto_ack`, no receipts. Does not end."""
    import time

    import psycopg2

    session = psycopg2.connect(database)
    session.autocommit = True
    channel = plain.open_channel(url)

    def on_message(_channel: object, _method: object, _properties: object, body: bytes) -> None:
        number = plain.number_of(body)
        notes.add("began", worker=worker, number=number)
        time.sleep(WORK)
        with session.cursor() as cursor:
            cursor.execute("INSERT INTO letter VALUES (%s)", [number])

    channel.basic_consume(ours.QUEUE.name, on_message, auto_ack=True)
    channel.start_consuming()


def _decide(url: str, database: str, notes: Notes, numbers: range, is_ours: bool) -> None:
    if is_ours:
        ours.decide_with_outbox(notes, numbers, lambda number: pause(notes, numbers, number))
    else:
        ours.decide_and_publish(url, database, notes, numbers, lambda number: pause(notes, numbers, number))


EXPERIMENT = Experiment(
    name="course-v-ours",
    title="The course's way and ours, end to end",
    claim="Each decision becomes one letter: none is missing and none comes twice, whatever breaks in between.",
    question="Thirty talks are approved the course's way. The broker is cut off for ten of them, and the worker is "
    "killed once. How many presenters get no letter?",
    choices=("none", "one", "ten", "more than ten"),
    answer=3,
    safeguard="outbox, acknowledging last, and receipts; without them, all is done the course's way",
    explanation=(
        "The course's program is as short as can be, and right as long as nothing breaks. The ten decisions without a "
        "broker are stored and never published; what the worker had been sent and had not come to is gone with it.",
        "Ours has three things more: the message is stored with the decision, it is acknowledged after the letter, "
        "and a receipt is stored with the letter, so that what comes twice takes effect once. Each of them has an "
        "experiment of its own; together they make the promise from one end to the other.",
    ),
    code=(
        Code("messaging/outbox/__init__.py", "def publish"),
        Code("messaging/consumer.py", "def _attempt"),
        Code("messaging/inbox/once.py", "def once("),
    ),
    run=run,
    needs_database=True,
)
