"""What a consumer does with a message: a receipt, and the copy of an account, in one transaction."""

import json
import os
import time
from pathlib import Path
from typing import Any

RECEIPT = "INSERT INTO inbox_receipt (message_id, handler) VALUES (%s, 'peer') ON CONFLICT DO NOTHING"
COPY = """
    INSERT INTO attendees_accountvo AS copy (email, first_name, last_name, is_active, revision, updated)
    VALUES (%(email)s, %(first_name)s, %(last_name)s, %(is_active)s, %(revision)s, %(updated)s)
    ON CONFLICT (email) DO UPDATE SET
        first_name = excluded.first_name, last_name = excluded.last_name,
        is_active = excluded.is_active, revision = excluded.revision, updated = excluded.updated
    WHERE copy.revision < excluded.revision
"""


def copy_account(message_id: str, body: str) -> None:
    """Once, however often the message comes. Over Django's connection, which the framework keeps or closes."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(RECEIPT, [message_id])
        if cursor.rowcount:
            cursor.execute(COPY, json.loads(body))


def an_account(number: int) -> dict[str, Any]:
    """A message's arguments."""
    from uuid_utils import uuid7

    fields = {
        "email": f"ada{number % 5000}@example.com", "first_name": "Ada", "last_name": "x" * 150,
        "is_active": True, "updated": "2026-01-01T00:00:00Z", "revision": number,
    }  # fmt: skip
    return {"message_id": str(uuid7()), "body": json.dumps(fields)}


def note(id: str) -> None:
    """When it was called, on a line of the file NOTES; whatever process it was."""
    called = time.time_ns()
    with Path(os.environ["NOTES"]).open("a") as notes:
        notes.write(f"{id} {called}\n")


def send_letter(name: str, email: str, title: str) -> None:
    """To a presenter."""
    from django.core.mail import send_mail

    words = f"{name}, we're happy to tell you that your presentation {title} has been accepted"
    send_mail("Your presentation has been accepted", words, "admin@conference.go", [email])
