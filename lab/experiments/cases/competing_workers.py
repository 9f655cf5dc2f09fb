"""More workers on one queue get more done, and no message is worked on twice."""

from lab.experiments import plain
from lab.experiments.experiment import Bar, Code, Experiment, Measured
from lab.experiments.ground import Ground

SECONDS = 0.05  # of work for each message
NUMBERS = (1, 2, 4, 8)


def run(ground: Ground) -> Measured:
    """The same work for 1, 2, 4 and 8 workers."""
    tasks = 24 if ground.is_short else 160
    rates, times = {}, {}
    for workers in NUMBERS:
        rates[workers], times[workers] = _work(ground, workers, tasks)
        ground.say("step", words=f"{workers} workers: {rates[workers]:.0f} messages a second")
    most = max(times.values())
    gain = rates[8] / rates[1]
    return Measured(
        tuple(Bar(f"{n} workers" if n > 1 else "1 worker", rates[n], "messages a second") for n in NUMBERS)
        + tuple(Bar(f"{n} workers" if n > 1 else "1 worker", times[n], "times each message was worked on")
                for n in NUMBERS),
        holds=gain >= 3 and most == 1,
        sentence=f"Eight workers did {gain:.1f} times as much as one, and each message was worked on "
        f"{'once' if most == 1 else f'up to {most:.0f} times'}.",
    )  # fmt: skip


def _work(ground: Ground, workers: int, tasks: int) -> tuple[float, float]:
    """Messages a second, and how often the busiest message was worked on."""
    channel = ground.channel()
    channel.exchange_declare("tasks", "fanout", durable=True)
    shared = [f"tasks.{workers}"] * workers
    queues = shared if ground.is_safe else [f"tasks.{workers}.{n}" for n in range(workers)]
    for queue in dict.fromkeys(queues):
        channel.queue_declare(queue, durable=True)
        channel.queue_bind(queue, "tasks")
    name = f"of {workers}"
    started = [ground.start(plain.work, ground.url, queue, ground.notes, name, SECONDS) for queue in queues]
    for queue in dict.fromkeys(queues):
        ground.wait_for_readers(queue, queues.count(queue))
    plain.send(channel, "tasks", "", range(tasks))
    ground.wait(lambda: len({each["number"] for each in ground.notes.of("done", worker=name)}) == tasks)
    ground.wait(lambda: all(not ground.depth(queue) for queue in queues))
    done = ground.notes.of("done", worker=name)
    for process in started:
        ground.kill(process)
    for queue in dict.fromkeys(queues):
        channel.queue_delete(queue)
    began = ground.notes.of("began", worker=name)
    times = [sum(each["number"] == number for each in began) for number in range(tasks)]
    return tasks / (done[-1]["at"] - began[0]["at"]), float(max(times))


EXPERIMENT = Experiment(
    name="competing-workers",
    title="Workers that compete for one queue",
    claim="Work is executed only once, however many workers there are; with more of them it is done sooner.",
    question="A message takes 50 ms of waiting for a mail server. How much more do eight workers get done than one?",
    choices=("as much as one: there is one queue", "about four times", "nearly eight times", "64 times"),
    answer=2,
    safeguard="one queue that all workers read; without it, each reads a queue of its own",
    explanation=(
        "A queue hands each message to one of its consumers. Which one, it decides anew for each message, so nobody "
        "has to divide the work beforehand, and a worker is added by starting it.",
        "Throughput grows until something else is the bottleneck: here the workers only wait, as they do for a mail "
        "server, so eight of them do nearly eight times as much, even on two processors. With a queue for each "
        "worker every one of them gets every message: that is publish/subscribe, and the letter is sent eight times.",
    ),
    code=(
        Code("lab/experiments/plain.py", "def work"),
        Code("presentation_workflow/presentation_mailer/handlers.py", "@consumer.handles"),
    ),
    run=run,
)
