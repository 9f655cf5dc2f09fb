"""Bindings of a topic exchange, changed while messages flow."""
# doctor: ignore, this shows what goes wrong on purpose

from lab.experiments import plain
from lab.experiments.experiment import Bar, Code, Experiment, Measured
from lab.experiments.ground import Ground
from lab.experiments.notes import Notes

KEYS = ("conference.created", "conference.deleted", "account.deleted", "conference.talk.deleted", "account.created")
EXPECTED = {
    "conference.*": {"conference.created", "conference.deleted"},
    "#.deleted": {"conference.deleted", "account.deleted", "conference.talk.deleted"},
}


def run(ground: Ground) -> Measured:
    """Bind one pattern, send; bind another instead of it, send; whatever the bindings say, must have arrived."""
    channel = ground.channel()
    channel.exchange_declare("events", "topic", durable=True)
    channel.queue_declare("listener", durable=True)
    ground.start(_listen, ground.url, ground.notes)
    ground.wait_for_readers("listener", 1)
    heard = {}
    for pattern in EXPECTED:
        if ground.is_safe:
            channel.queue_bind("listener", "events", routing_key=pattern)
        for key in KEYS:
            channel.basic_publish("events", key, pattern.encode())
        if not ground.is_safe:
            channel.queue_bind("listener", "events", routing_key=pattern)
        ground.wait_for_rest("heard", still_for=0.5, pattern=pattern)
        heard[pattern] = {each["key"] for each in ground.notes.of("heard", pattern=pattern)}
        ground.say("step", words=f"bound {pattern}: heard {', '.join(sorted(heard[pattern])) or 'nothing'}")
        channel.queue_unbind("listener", "events", routing_key=pattern)
    return Measured(
        tuple(
            Bar(f"bound {pattern}", len(keys), f"of {len(KEYS)} messages arrived") for pattern, keys in heard.items()
        ),
        holds=heard == EXPECTED,
        sentence="; ".join(
            f"bound {pattern}, {len(keys)} of {len(EXPECTED[pattern])} that fit arrived"
            for pattern, keys in heard.items()
        )
        + ".",
    )


def _listen(url: str, notes: Notes) -> None:
    channel = plain.open_channel(url)
    for method, _, body in channel.consume("listener", auto_ack=False):
        notes.add("heard", key=method.routing_key, pattern=body.decode())
        channel.basic_ack(method.delivery_tag)


EXPERIMENT = Experiment(
    name="topic-bindings",
    title="Subscribe by pattern, and change the pattern",
    claim="A queue gets what its bindings say at the moment of sending; they can be changed while messages flow.",
    question="A queue is bound with #.deleted. Which of these does it get: conference.deleted, account.deleted, "
    "conference.talk.deleted?",
    choices=("conference.deleted only", "the first two", "all three", "none"),
    answer=2,
    safeguard="the binding is there before the message; without it, the message is sent first",
    explanation=(
        "A routing key of a topic exchange is words with dots between them. In a binding, * stands for one word and # "
        "for any number of words, so conference.* does not match conference.talk.deleted, and #.deleted does.",
        "An exchange keeps nothing: it looks at its bindings, puts copies into queues, and forgets the message. Who "
        "binds a second later has missed it. That is why our subscriber binds first and then reads what "
        "it may have missed from a feed of changes.",
    ),
    code=(
        Code("lab/experiments/cases/topic_bindings.py", "def run"),
        Code("attendees_microservice/attendees/resync.py", "class Resync"),
    ),
    run=run,
)
