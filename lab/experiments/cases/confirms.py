"""What a publisher knows of its messages."""
# doctor: ignore, this shows what goes wrong on purpose

from lab.experiments import ours
from lab.experiments.experiment import Bar, Code, Experiment, Measured
from lab.experiments.ground import Ground
from messaging.batch import Outcome
from messaging.message import Wire


def run(ground: Ground) -> Measured:
    """Half of the messages have a key that no queue is bound with."""
    messages = 40
    channel = ground.channel()
    ours.TOPOLOGY.declare_on(channel)
    wires = [_wire(number, lost=number % 2 == 0) for number in range(1, messages + 1)]
    if ground.is_safe:
        told = ours.publish(ground.url, wires).count(Outcome.CONFIRMED)
    else:
        told = _publish_and_hope(ground, wires)
    arrived = ground.depth(ours.QUEUE.name)
    hoped = _publish_and_hope(ground, wires)
    arrived_then = ground.depth(ours.QUEUE.name) - arrived
    return Measured(
        (
            Bar("with confirms and mandatory", told - arrived, "messages that were believed sent, and are nowhere"),
            Bar("without", hoped - arrived_then, "messages that were believed sent, and are nowhere"),
        ),
        holds=told == arrived,
        sentence=f"Of {messages} messages {arrived} arrived. With confirms the publisher counted {told}, "
        f"without {hoped}.",
    )


def _wire(number: int, lost: bool) -> Wire:
    wire = ours.approval(number).wire()
    return Wire(wire.id, wire.exchange, "presentation_aprovals", wire.type, wire.body, wire.headers) if lost else wire


def _publish_and_hope(ground: Ground, wires: list[Wire]) -> int:
    """How many were sent as far as the publisher can tell: basic_publish raised nothing."""
    channel = ground.channel()
    for wire in wires:
        channel.basic_publish(wire.exchange, wire.key, wire.body, wire.properties())
    channel.queue_declare(ours.QUEUE.name, passive=True)  # the answer comes after all of them were routed
    ground.wait(lambda: False, seconds=0.5)
    return len(wires)


EXPERIMENT = Experiment(
    name="confirms",
    title="What a publisher knows",
    claim="A publisher knows of each message whether it is in a queue.",
    question="A routing key is mistyped, so no queue is bound with it. What does basic_publish do by itself?",
    choices=("raises an error", "returns False", "nothing: it looks as if all were well"),
    answer=2,
    safeguard="publisher confirms with mandatory; without them, basic_publish is believed",
    explanation=(
        "Publishing is a write to a socket, and nobody answers. A message for which no queue is bound is dropped "
        "without a word; one that was on its way when the connection broke is gone, and the program has gone on.",
        "With confirms the broker answers for each message, after it is safe; with mandatory it sends back what it "
        "has no queue for. Waiting for each answer would be slow, so our relay sends many and marks each when its "
        "answer is there. What came back stays in the outbox, with the reason.",
    ),
    code=(
        Code("messaging/publisher.py", "def send"),
        Code("messaging/unconfirmed.py", "def on_confirm"),
        Code("messaging/outbox/relay.py", "def _settle(self) -> None"),
    ),
    run=run,
)
