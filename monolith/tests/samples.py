"""What people send, and what was published."""

import json
from typing import Any

from messaging.message import Message
from messaging.outbox.models import OutboxMessage

ADA = {
    "username": "ada",
    "email": "ada@example.com",
    "password": "difference-engine",
    "first_name": "Ada",
    "last_name": "Lovelace",
}
HALL = {"name": "Moscone Center", "city": "San Francisco", "room_count": 30, "state": "CA"}
TALK = {
    "presenter_name": "Grace Hopper",
    "company_name": "Navy",
    "presenter_email": "grace@example.com",
    "title": "The first bug",
    "synopsis": "It was a moth.",
}


def a_plan(location: int, **others: Any) -> dict[str, Any]:
    """A conference as somebody plans it."""
    return {
        "name": "DjangoDay",
        "starts": "2030-05-01T09:00:00Z",
        "ends": "2030-05-03T17:00:00Z",
        "description": "A day of ponies.",
        "max_presentations": 10,
        "max_attendees": 100,
        "location": location,
        **others,
    }


def published() -> list[tuple[str, dict[str, Any]]]:
    """Type and fields of all that was published, in order: those of the body, and those that travel as headers. But for
    the epoch, which is the database's own."""
    return [
        (row.type, {**json.loads(bytes(row.body)), **_in_headers(row)}) for row in OutboxMessage.objects.order_by("id")
    ]


def _in_headers(row: OutboxMessage) -> dict[str, Any]:
    names = Message.registry[row.type].in_headers - {"epoch"}
    return {name: value for name, value in row.headers.items() if name in names}


def forget_published() -> None:
    """Start counting here."""
    OutboxMessage.objects.all().delete()
