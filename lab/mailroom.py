"""The letters that have arrived, in whichever mail catcher is running."""

import mailbox
from collections.abc import Collection
from dataclasses import dataclass

import requests

from lab import settings


@dataclass(frozen=True)
class ReceivedLetter:
    """A letter, and the worker that wrote it."""

    to: str
    subject: str
    message_id: str
    worker: str


def letters_to(addresses: Collection[str], engine: str) -> list[ReceivedLetter]:
    """The letters to any of `addresses`, each as often as it arrived."""
    received = _from_maildir() if engine == "native" else _from_maildev()
    return [letter for letter in received if letter.to in addresses]


def _from_maildev() -> list[ReceivedLetter]:
    answer = requests.get(f"{settings.MAIL_PAGE}/email", timeout=60)
    answer.raise_for_status()
    return [_letter(email["headers"]) for email in answer.json()]


def _from_maildir() -> list[ReceivedLetter]:
    received = mailbox.Maildir(settings.RUN_DIR / "mail")
    return [_letter({name.lower(): str(value) for name, value in email.items()}) for email in received]


def _letter(headers: dict[str, str]) -> ReceivedLetter:
    return ReceivedLetter(headers["to"], headers["subject"], headers["message-id"], headers.get("x-worker", ""))
