"""What is seen of an event on the board: dots that move along its lines, bundled where there are many."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from lab.board.layout import EFFECTS, service
from lab.feed.record import Event
from lab.feed.topology import DEAD, RETRY

SINGLE = 2  # dots on one line in one tick (100 ms) that are drawn as such: about 15 a second
Hop = dict[str, Any]


def of(events: Iterable[Event]) -> list[Hop]:
    """Dots for these events, in their order."""
    return _bundled([hop for event in events for hop in _of_event(event)])


def _of_event(event: Event) -> list[Hop]:
    match event.kind:
        case "publish":
            return _published(event)
        case "deliver":
            consumer = f"consumer:{event.where or event.facts['connection']}"
            return [_hop(event, f"queue:{event.facts['queue']}", consumer, 2, again=event.facts["redelivered"])]
        case "done" if service(event.where) in EFFECTS:
            return [_hop(event, f"consumer:{event.where}", f"effect:{EFFECTS[service(event.where)][0]}", 3)]
        case "poll":
            return _polled(event)
    return []


def _published(event: Event) -> list[Hop]:
    facts = event.facts
    sender = f"producer:{service(event.where)}"
    if facts["exchange"] == "dead_letters":
        return [_hop(event, _consumer(event.where), "dead", 2)]
    targets = [f"queue:{name.removesuffix(RETRY)}" if not name.endswith(DEAD) else "dead" for name in facts["routed"]]
    if event.where.endswith("dead_letters"):  # a person replays one: by the board, or by the command of a service
        return [_hop(event, "dead", target, 1) for target in targets]
    if not facts["exchange"]:
        return [_hop(event, _consumer(event.where), target, 2) for target in targets]
    exchange = f"exchange:{facts['exchange']}"
    return [_hop(event, sender, exchange, 0), *(_hop(event, exchange, target, 1) for target in targets)]


def _consumer(client: str) -> str:
    """A consumer that publishes does so on a connection of its own."""
    return f"consumer:{client.removesuffix(' failures')}"


def _polled(event: Event) -> list[Hop]:
    changed = int(event.facts.get("changed", 0)) + int(event.facts.get("removed", 0))
    kind = "refused" if event.facts.get("error") else "found" if changed else "empty"
    there = _hop(event, "poll:poller", "poll:monolith", 0, kind="ask")
    back = _hop(event, "poll:monolith", "poll:poller", 1, kind=kind)
    return [there, back, *([_hop(event, "poll:poller", "poll:attendees", 2, kind="found")] if changed else [])]


def _hop(event: Event, a: str, b: str, stage: int, again: bool = False, kind: str = "") -> Hop:
    return {
        "m": event.message, "a": a, "b": b, "s": stage, "k": kind or _kind(event), "at": event.at, "n": 1,
        "again": again, "e": event.n,
    }  # fmt: skip


def _kind(event: Event) -> str:
    type_ = str(event.facts.get("type", ""))
    return type_.replace(".", "-") if type_ in SHAPES else "other"


SHAPES = {
    "presentation.approved", "presentation.rejected", "presentation.notified", "account.changed",
    "conference.changed", "conference.deleted",
}  # fmt: skip


def _bundled(hops: list[Hop]) -> list[Hop]:
    together: defaultdict[tuple[str, str, str], list[Hop]] = defaultdict(list)
    for hop in hops:
        together[hop["a"], hop["b"], hop["k"]].append(hop)
    found = []
    for same in together.values():
        found += same if len(same) <= SINGLE else [same[0] | {"n": len(same)}]
    return sorted(found, key=lambda hop: (hop["at"], hop["s"]))
