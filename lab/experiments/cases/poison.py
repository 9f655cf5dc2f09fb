"""A message that nobody can read, in front of others."""
# doctor: ignore, this shows what goes wrong on purpose

from lab.experiments import ours, plain
from lab.experiments.experiment import Bar, Code, Experiment, Measured
from lab.experiments.ground import Ground
from lab.experiments.notes import Notes
from messaging import topology

BROKEN = b"{this is no JSON"
WATCHED = 2.0  # seconds; a worker that tries again at once gets nowhere for ever


def run(ground: Ground) -> Measured:
    """A broken message, then good ones, for a worker that puts it aside and for one that puts it back."""
    tasks = 10 if ground.is_short else 30
    ours_tried, ours_done = (_with_dead_letters if ground.is_safe else _without)(ground, "aside", tasks)
    tried, done = _without(ground, "back", tasks)
    return Measured(
        (
            Bar("with dead letters", ours_tried, "times the broken message was tried"),
            Bar("put back", tried, "times the broken message was tried"),
            Bar("with dead letters", ours_done, f"of {tasks} good messages were done"),
            Bar("put back", done, f"of {tasks} good messages were done"),
        ),
        holds=ours_tried == 1 and ours_done == tasks,
        sentence=f"With dead letters the broken message was tried {ours_tried} times; put back, "
        f"{tried} times in {WATCHED:.0f} seconds.",
    )


def _with_dead_letters(ground: Ground, _name: str, tasks: int) -> tuple[int, int]:
    channel = ground.channel()
    ours.TOPOLOGY.declare_on(channel)
    channel.basic_publish(ours.ADDRESS.exchange, ours.ADDRESS.key, BROKEN)
    ours.publish(ground.url, [ours.approval(number).wire() for number in range(1, tasks + 1)])
    ground.start(ours.work, ground.url, ground.notes, "ours")
    ground.wait(lambda: len(ground.notes.of("done", worker="ours")) == tasks)
    dead = topology.dead_letter_queue(ours.QUEUE.owner)
    ground.wait(lambda: ground.depth(dead))
    _, properties, _ = ground.channel().basic_get(dead)
    ground.say("step", words=f"dead letter: {properties.headers['why']}")
    return int(properties.headers["attempts"]), len(ground.notes.of("done", worker="ours"))


def _without(ground: Ground, name: str, tasks: int) -> tuple[int, int]:
    channel, queue = ground.channel(), f"tasks.{name}"
    channel.queue_declare(queue, durable=True)
    channel.basic_publish("", queue, BROKEN)
    plain.send(channel, "", queue, range(tasks))
    process = ground.start(_put_back, ground.url, queue, ground.notes, name)
    ground.wait(lambda: False, seconds=WATCHED)
    ground.kill(process)
    tried = len(ground.notes.of("tried", worker=name))
    ground.say("step", words=f"put back: tried {tried} times")
    return tried, len(ground.notes.of("done", worker=name))


def _put_back(url: str, queue: str, notes: Notes, name: str) -> None:
    """Takes one at a time, and puts back what fails: as somebody does who heard that one must not lose anything."""
    channel = plain.open_channel(url)
    channel.basic_qos(prefetch_count=1)
    for method, _, body in channel.consume(queue):
        try:
            number = int(body)
        except ValueError:
            notes.add("tried", worker=name)
            channel.basic_nack(method.delivery_tag, requeue=True)
        else:
            notes.add("done", worker=name, number=number)
            channel.basic_ack(method.delivery_tag)


EXPERIMENT = Experiment(
    name="poison",
    title="A message that nobody can read",
    claim="A message that can never succeed holds up no other, and is not lost either.",
    question="A worker puts back what fails, so that nothing is lost. What does one unreadable message cost in two "
    "seconds?",
    choices=("one more delivery", "about ten deliveries", "thousands of deliveries"),
    answer=2,
    safeguard="dead letters; without them, a message that fails goes back into its queue",
    explanation=(
        "A message that is put back is delivered again at once, for ever: the worker is busy, and so is the broker. "
        "Where the failure ends the process, it is worse: every worker in turn takes the message and dies.",
        "Our consumer puts what it cannot read with the dead letters, with the reason, and goes on. What fails for "
        "another reason is tried again later, five times in all. A person looks at dead letters, mends the cause, "
        "and replays them.",
    ),
    code=(
        Code("messaging/consumer.py", "def _set_aside"),
        Code("messaging/failure_publisher.py", "def dead_letter"),
        Code("messaging/dead_letters.py", "def replay"),
    ),
    run=run,
)
