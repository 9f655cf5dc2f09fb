"""What became of one message, told from what was seen of it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lab.board.layout import service
from lab.feed.record import Event

WORDS = {
    "publish": "published",
    "deliver": "delivered",
    "done": "handled and acknowledged",
    "letter": "letter handed to the mail server",
}


@dataclass(frozen=True)
class Step:
    """One hop."""

    ms: float  # after the first
    words: str
    where: str


@dataclass(frozen=True)
class Story:
    """All of it."""

    message: str
    type: str
    body: str
    headers: dict[str, Any]
    started: datetime
    steps: list[Step]
    letter: dict[str, Any] | None


def story_of(events: Sequence[Event]) -> Story | None:
    """The story of one message's events; None where there are none."""
    if not events:
        return None
    events = sorted(events, key=lambda event: event.at)
    published = next((event for event in events if event.kind == "publish"), None)
    letter = next((event for event in events if event.kind == "letter"), None)
    first = events[0]
    return Story(
        first.message,
        next((str(event.facts["type"]) for event in events if event.facts.get("type")), ""),
        _pretty(published.facts["body"]) if published else "",
        published.facts["headers"] if published else {},
        datetime.fromtimestamp(first.at, UTC),
        [Step(1000 * (event.at - first.at), _words(event), service(event.where)) for event in events],
        letter.facts if letter else None,
    )


def _words(event: Event) -> str:
    words = WORDS.get(event.kind, event.kind)
    if event.kind == "publish":
        to = ", ".join(event.facts["routed"]) or "no queue: nothing is bound for it"
        return f"{words} to {event.facts['exchange'] or 'the default exchange'}, routed to {to}"
    if event.kind == "deliver":
        return f"{words} from {event.facts['queue']}{', again' if event.facts['redelivered'] else ''}"
    if event.kind == "done":
        return f"{words} in {event.facts.get('ms')} ms"
    return words


def _pretty(body: str) -> str:
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body
