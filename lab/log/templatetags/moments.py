"""How an event is told in a line."""

from datetime import UTC, datetime

from django import template

from lab.board.layout import process, service
from lab.feed.record import Event

register = template.Library()


@register.filter
def moment(seconds: float) -> str:
    """Hours to milliseconds, in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%H:%M:%S.%f")[:-3]


@register.filter
def told(event: Event) -> str:
    """What happened, in words."""
    facts, where = event.facts, service(event.where)
    match event.kind:
        case "publish":
            to = ", ".join(facts["routed"]) or "no queue: nothing is bound for it"
            return f"{where} → {facts['exchange'] or '(default)'} → {to} · {facts['type']}"
        case "deliver":
            again = " · again" if facts["redelivered"] else ""
            return f"{facts['queue']} → {where} {process(event.where)} · {facts['type']}{again}"
        case "done":
            return f"{where} has handled and acknowledged it in {facts.get('ms')} ms · {facts.get('type')}"
        case "letter":
            return f"“{facts.get('subject')}” to {facts.get('to')}"
        case "poll" if facts.get("error"):
            return f"refused: {facts['error']}"
        case "poll":
            news = int(facts.get("changed", 0)) + int(facts.get("removed", 0))
            found = f"{news} changed" if news else "nothing new"
            return f"{facts.get('mode')}: {facts.get('status')}, {facts.get('bytes')} bytes, {found}"
        case "dead":
            why = f": {facts['why']}" if facts["why"] else ""
            return f"{event.where} {facts['verb']} a dead letter of {facts['owner']} · {facts['type']}{why}"
        case "broker":
            return "is back" if facts["state"] == "back" else f"is away: {facts['why']}"
    return event.where
