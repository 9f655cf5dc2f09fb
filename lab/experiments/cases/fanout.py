"""Each subscriber gets all messages, and in the same order."""

from lab.experiments import plain
from lab.experiments.experiment import Bar, Code, Experiment, Measured
from lab.experiments.ground import Ground

SUBSCRIBERS = ("attendees", "billing", "badges")


def run(ground: Ground) -> Measured:
    """Three subscribers to one exchange."""
    messages = 50 if ground.is_short else 500
    channel = ground.channel()
    channel.exchange_declare("account_info", "fanout", durable=True)
    for name in SUBSCRIBERS:
        queue = f"{name}.account_info" if ground.is_safe else "account_info"
        ground.start(plain.subscribe, ground.url, "account_info", queue, ground.notes, name)
    ground.wait(lambda: len(ground.notes.of("listens")) == len(SUBSCRIBERS))
    plain.send(channel, "account_info", "", range(messages))
    ground.wait_for_rest("done")
    heard = {name: [each["number"] for each in ground.notes.of("done", worker=name)] for name in SUBSCRIBERS}
    in_order = all(numbers == sorted(numbers) for numbers in heard.values())
    return Measured(
        tuple(Bar(name, len(numbers), f"of {messages} messages were heard") for name, numbers in heard.items()),
        holds=all(numbers == list(range(messages)) for numbers in heard.values()),
        sentence=f"Of {messages} messages the three heard {', '.join(str(len(each)) for each in heard.values())}, "
        f"{'each in the order of sending' if in_order else 'not in the order of sending'}.",
    )


EXPERIMENT = Experiment(
    name="fanout",
    title="Everybody hears everything",
    claim="Every subscriber gets all messages, and every consumer gets them in the same order.",
    question="Three services subscribe to one fanout exchange. Of 500 messages, how many does each of them get?",
    choices=("a third", "all, in the order of sending", "all, but each in another order"),
    answer=1,
    safeguard="a queue for each subscriber; without it, the three read one queue",
    explanation=(
        "A fanout exchange puts a copy of each message into every queue that is bound to it. The publisher does not "
        "know who they are, or whether there are any.",
        "A subscriber is therefore a queue, and not a connection: two services that read one queue share its messages "
        "as workers do. That is wanted for two processes of one service, and wrong for two services.",
    ),
    code=(
        Code("lab/experiments/plain.py", "def subscribe"),
        Code("contracts/queues.py", "ATTENDEES_ACCOUNTS ="),
    ),
    run=run,
)
