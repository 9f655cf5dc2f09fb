"""From the broker to the effect: what the receiver's database says, and where else the message can be."""

from datetime import UTC, datetime
from typing import Any

from lab.why import commands
from lab.why.broker import QueueState
from lab.why.evidence import Evidence
from lab.why.explanation import Hop, Journey, State
from lab.why.moments import moment
from messaging.topology import Queue

NOWHERE = "Nobody has it"


def hop(evidence: Evidence, row: dict[str, Any], queue: Queue) -> Hop:
    """Where a message is that RabbitMQ confirmed: with its effect, or on the way there."""
    if (known := kept_or_done(evidence, row["message_id"], queue)) is not None:
        return known
    if evidence.broker_is_away:
        cause = "RabbitMQ has it on its disk, and is away: it goes on when RabbitMQ is back."
        return Hop(queue.name, State.WAITS, cause, commands.start("rabbitmq"))
    if silent := evidence.silent(queue.owner):
        cause = f"Whether it took effect only {silent} knows, which does not answer."
        return Hop(queue.name, State.UNKNOWN, cause, commands.start(commands.RELAYS.get(silent, _SERVICES[silent])))
    if queue.name not in evidence.queues:
        return Hop(queue.name, State.STUCK, f"There is no queue {queue.name}.", "make up")
    return _in_queue(evidence, row, queue, evidence.queues[queue.name])


def kept_or_done(evidence: Evidence, message_id: str, queue: Queue) -> Hop | None:
    """Arrived, a dead letter, or waiting for another try: whatever is certain by the message's id."""
    if (done := receipt(evidence, message_id, queue)) is not None:
        return done
    if dead := evidence.find_dead(message_id, queue.name):
        replay = commands.run(commands.READERS[queue.owner], "dead_letters", "replay", message_id)
        cause = f"It is a dead letter of {queue.owner} since {moment(dead.when) or 'then'}: {dead.why}."
        return Hop(f"{queue.owner}.dead_letters", State.STUCK, cause, f"{replay}    # once the cause is gone")
    if retried := evidence.find_retried(message_id, queue.name):
        cause = f"It failed {retried.attempts} times, last with {retried.why}; its retry comes {_in(retried.when)}."
        return Hop(queue.retry, State.WAITS, cause)
    return None


def receipt(evidence: Evidence, message_id: str, queue: Queue) -> Hop | None:
    """That it took effect there, if it did."""
    told = evidence.told.of(queue.owner)
    letter = told.get("letters", {}).get(message_id, {})
    if letter.get("state") == "sent":
        return Hop(
            "mail server",
            State.DONE,
            f"It arrived: the letter to {letter['recipient']} went at {moment(letter['sent'])}.",
        )
    for each in told.get("receipts", []):
        if each["message_id"] == message_id and queue.owner == told["service"]:
            return Hop(
                f"database of {queue.owner}", State.DONE, f"It arrived, and took effect at {moment(each['received'])}."
            )
    return None


def is_nowhere(journey: Journey) -> bool:
    """Whether it was found at none of the places."""
    return journey.hops[-1].cause.startswith(NOWHERE)


def _in_queue(evidence: Evidence, row: dict[str, Any], queue: Queue, state: QueueState) -> Hop:
    told = evidence.told.of(queue.owner)
    letter = told.get("letters", {}).get(row["message_id"], {})
    if letter.get("last_error") and letter["state"] == "waiting" and state.unacknowledged:
        cause = f"The mail server {told['mail_server']} refused the letter: {letter['last_error']}. {_held(row, state)}"
        return Hop("mail server", State.WAITS, cause, commands.start("mail"))
    if letter.get("behind") and state.unacknowledged:
        cause = (
            f"The mail server {told['mail_server']} refused the letter before it: {letter['behind']}. "
            f"{_held(row, state)}"
        )
        return Hop("mail server", State.WAITS, cause, commands.start("mail"))
    if letter.get("in_hand_for") is not None:
        cause = f"A worker has been handing over its letter for {letter['in_hand_for']:.0f} s. {_held(row, state)}"
        return Hop(queue.name, State.WAITS, cause, commands.logs(commands.READERS[queue.owner]))
    if not state.consumers and state.ready + state.unacknowledged:
        cause = f"It is in the queue {queue.name}, with {state.ready} messages and no consumer: nobody reads it."
        return Hop(queue.name, State.STUCK, cause, commands.start(commands.READERS[queue.owner]))
    if state.unacknowledged:
        among = f", or one of the {state.ready} that wait in {queue.name}" if state.ready else ""
        return Hop(
            queue.name, State.WAITS, f"{_held(row, state)[:-1]}{among}.", commands.logs(commands.READERS[queue.owner])
        )
    if state.ready:
        return Hop(queue.name, State.WAITS, f"It is one of {state.ready} in {queue.name}, which {_names(state)} reads.")
    return _nowhere(evidence, row, queue)


def _nowhere(evidence: Evidence, row: dict[str, Any], queue: Queue) -> Hop:
    told = evidence.told.of(queue.owner)
    if "resync_interval" in told:
        heals = f"the copies are compared every {told['resync_interval']} s"
    else:
        heals = f"it is published again {evidence.told.of('monolith').get('notify_timeout', '?')} s after it was sent"
    cause = (
        f"{NOWHERE}: RabbitMQ confirmed it {row['sent_for']:.0f} s ago, its queue is empty, and there is no receipt. "
        f"The broker lost it, or somebody emptied the queue; {heals}."
    )
    return Hop(queue.name, State.WAITS, cause, commands.logs(commands.READERS[queue.owner]))


def _held(row: dict[str, Any], state: QueueState) -> str:
    return f"It is held unacknowledged by {_names(state)} for {row['sent_for']:.0f} s at most."


def _names(state: QueueState) -> str:
    holding = [each for each in state.holders if each.unacknowledged] or state.holders
    return " or ".join(each.name for each in holding)


def _in(when: str) -> str:
    try:
        return f"in {max(0.0, (datetime.fromisoformat(when) - datetime.now(UTC)).total_seconds()):.0f} s"
    except ValueError:
        return "within 10 s"


_SERVICES = {"monolith": "monolith", "attendees": "attendees_microservice"}
