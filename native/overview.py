"""What runs, for people: each process, its state, where it answers, and what it is for."""

import time
from collections.abc import Iterator
from typing import Any

from native import places, supervisor

PURPOSES = {
    "monolith": "conferences, presentations, accounts",
    "monolith_outbox": "sends the monolith's messages to RabbitMQ",
    "monolith_subscriber": "hears which letters went out",
    "attendees_microservice": "attendees, with copies of accounts and conferences",
    "attendees_subscriber": "keeps those copies, by message",
    "presentation_workflow": "writes letters; a worker",
    "presentation_workflow_outbox": "tells which letters went out",
    "audit_log": "keeps every event, chosen by topic",
    "poller": "keeps copies of conferences, by asking",
    "lab": "the board: see each message move",
    "rabbitmq": "the broker",
    "database": "Postgres: a database for each service",
    "mail": "catches every letter",
}
COLUMNS = "{:31}{:10}{:>10}  {:25}{}"
UNUSED = "not used"


def table() -> str:
    """A line for each process. Raises OSError where no supervisor answers."""
    lines = [COLUMNS.format("process", "state", "since", "at", "what it is for")]
    lines += [COLUMNS.format(*line).rstrip() for line in _lines()]
    return "\n".join(lines)


def _lines() -> Iterator[tuple[str, str, str, str, str]]:
    known = {supervisor.full_name(each): each for each in supervisor.processes()}
    addresses = _addresses()
    for service, purpose in PURPOSES.items():
        slots = [name for name in known if name.split(":")[0] == service]
        used = [name for name in slots if not _is_unused(known[name])]
        for name in used:
            yield name.replace(":", " "), *_state(known[name]), addresses.get(service, ""), purpose
        if len(used) < len(slots):
            more = f"{len(slots) - len(used)} more places; make scale WORKERS={len(used) + 1}"
            yield service, UNUSED, "", "", more


def _is_unused(process: dict[str, Any]) -> bool:
    """A place for another worker. The first one is always meant to be there."""
    name: str = process["name"]
    return name.isdigit() and name != "0" and process["statename"] == "STOPPED"


def _state(process: dict[str, Any]) -> tuple[str, str]:
    if process["statename"] != "RUNNING":
        return process["statename"].lower(), ""
    minutes, seconds = divmod(int(time.time()) - process["start"], 60)
    return "running", f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def _addresses() -> dict[str, str]:
    wanted = places.environment()
    return {
        "monolith": wanted["MONOLITH_URL"],
        "attendees_microservice": wanted["ATTENDEES_URL"],
        "lab": f"http://127.0.0.1:{wanted['LAB_PORT']}",
        "rabbitmq": wanted["RABBITMQ_PAGE_URL"],
        "mail": f"port {wanted['EMAIL_PORT']} (SMTP)",
        "database": "a socket",
    }
