"""Asks the monolith, as one service asks another."""

from collections.abc import Collection
from typing import Any, NamedTuple

import requests
from django.conf import settings

from attendees.epochs import read_epoch

TIMEOUT = (3, 10)  # seconds to connect, and for each silence while reading


def session() -> requests.Session:
    """A session that is known there."""
    session = requests.Session()
    session.trust_env = False  # neither a proxy nor ~/.netrc has a say between two of our services
    session.headers["Authorization"] = f"Service {settings.SERVICE_TOKEN}"
    return session


class Answer(NamedTuple):
    """What the monolith said, and in which epoch: 0 where it counts none."""

    status: int
    content: dict[str, Any]
    epoch: int


def get(session: requests.Session, path: str, also: Collection[int] = (), **question: str) -> Answer:
    """The answer, with status 200 or one of `also`, and a JSON object.

    Raises requests.RequestException, or ValueError for an answer of another shape.
    """
    answer = session.get(f"{settings.MONOLITH_URL}/api/{path}", params=question, timeout=TIMEOUT)
    if answer.status_code not in also:
        answer.raise_for_status()
    content = answer.json()
    if not isinstance(content, dict):
        raise ValueError(f"{answer.url} answered with something else")  # noqa: TRY004 - the answer's fault
    return Answer(answer.status_code, content, read_epoch(answer.headers))
