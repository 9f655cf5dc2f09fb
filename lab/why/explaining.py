"""Puts together what the parts know."""

import time
from typing import Any
from uuid import UUID

from contracts.queues import QUEUES
from lab.why import about, leaving, receiving
from lab.why.broker import Broker
from lab.why.evidence import Evidence
from lab.why.explanation import Explanation, Hop, Journey, State
from lab.why.services import Places
from messaging import topology

AGAIN = 6.0  # seconds in which the broker's counts, five seconds old at most, come to show what is there
UNKNOWN = "(unknown)"  # the type of a message that is nowhere
NOUNS = ("presentation", "conference", "account")


class NotAnIdentifier(Exception):
    """It is no message id, presentation/7, conference/3, number, or e-mail address of an account."""


def explain(identifier: str, places: Places | None = None) -> Explanation:
    """Where the messages are that this names: a message id, `presentation/7`, `conference/3`, an account's e-mail
    address, or a number, which may be of a presentation and of a conference.

    Looks only: nothing is taken or changed. Parts that do not answer are named in `problems`. Where nobody has a
    message, the broker is asked again for some seconds, as its counts are late. Raises NotAnIdentifier.
    """
    message_ids, subjects = read(identifier)
    places = places or Places()
    deadline = time.monotonic() + AGAIN
    while True:
        evidence = Evidence.gather(Broker(places.management, places.rabbitmq), places, message_ids, subjects)
        journeys = _journeys(evidence, message_ids)
        if not any(receiving.is_nowhere(each) for each in journeys) or time.monotonic() > deadline:
            break
        time.sleep(0.5)
    stations = about.subjects(evidence)
    return Explanation(identifier, _headline(stations, journeys), stations, journeys, evidence.problems)


def read(identifier: str) -> tuple[list[str], list[str]]:
    """The message ids and the subjects that it may mean. Raises NotAnIdentifier."""
    words = identifier.strip().strip("/")
    noun, _, key = words.partition("/")
    if noun in NOUNS and key:
        return [], [f"{noun}/{key.lower()}"]
    if words.isascii() and words.isdecimal():
        return [], [f"presentation/{int(words)}", f"conference/{int(words)}"]
    if "@" in words:
        return [], [f"account/{words.lower()}"]
    try:
        return [str(UUID(words))], []
    except ValueError:
        raise NotAnIdentifier(
            f"{identifier!r} is no message id, presentation/7, conference/3, number, or e-mail address"
        ) from None


def _journeys(evidence: Evidence, message_ids: list[str]) -> list[Journey]:
    found = [_journey(evidence, row, queue) for row in evidence.rows for queue in _receivers(row["type"])]
    without_row = set(message_ids) - {row["message_id"] for row in evidence.rows}
    return found + [each for message_id in sorted(without_row) for each in _unrecorded(evidence, message_id)]


def _journey(evidence: Evidence, row: dict[str, Any], queue: topology.Queue) -> Journey:
    hops = leaving.hops(evidence, row)
    if row["sent"] is not None:
        hops.append(receiving.hop(evidence, row, queue))
    elif (receipt := receiving.receipt(evidence, row["message_id"], queue)) is not None:
        hops.append(receipt)  # it is sent again, although it had arrived
    return Journey(row["message_id"], row["type"], queue.owner, hops)


def _unrecorded(evidence: Evidence, message_id: str) -> list[Journey]:
    """Of a message without a row in an outbox: programs of the course publish such, and old rows are cleared away."""
    found = []
    for queue in QUEUES:
        if (hop := receiving.kept_or_done(evidence, message_id, queue)) is not None:
            kept = evidence.find_kept(message_id, queue.name)
            type_ = kept.type if kept and kept.type else queue.default_type
            found.append(Journey(message_id, type_, queue.owner, [hop]))
    if found:
        return found
    if silent := evidence.silent("monolith", "workflow"):
        hop = Hop("outbox", State.UNKNOWN, f"It may be in the outbox of {silent}, which does not answer.", "make up")
    else:
        hop = Hop(
            "outbox",
            State.STUCK,
            "There is no such message: it is in no outbox, nobody has a receipt for it, and it is no dead letter. What "
            "published it did not commit; or it waits in a queue without ever having been in an outbox.",
            "publish it inside transaction.atomic, and see that this commits",
        )
    return [Journey(message_id, UNKNOWN, "(nobody)", [hop])]


def _receivers(type_: str) -> list[topology.Queue]:
    return [queue for queue in QUEUES if type_ in {message.type for message in queue.messages}]


def _headline(stations: list[Hop], journeys: list[Journey]) -> str:
    on_their_way = [each for each in journeys if not each.has_arrived]
    if on_their_way:
        first = on_their_way[0]
        if first.type == UNKNOWN:
            return first.hops[-1].cause.split(":")[0] + "."
        return f"{first.type} for {first.to}: {first.hops[-1].cause}"
    if waiting := [each for each in stations if each.state is not State.DONE]:
        return waiting[0].cause
    return "It arrived." if len(journeys) == 1 else f"All {len(journeys)} arrived." if journeys else "Nothing was sent."
