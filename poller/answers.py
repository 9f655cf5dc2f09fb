"""One request, and what can be made of its answer."""

import logging
import re
from collections.abc import Collection
from typing import Any

import requests

log = logging.getLogger("poller")

EPOCH = "Epoch"  # the header that names it
HREF = re.compile(r"/(\d{1,18})/?$", re.ASCII)
TIMEOUT = (3, 10)  # seconds to connect, and for each silence while reading


class InvalidResponse(Exception):
    """The answer has not the expected status or form; nothing is concluded from it."""


def new_session() -> requests.Session:
    """A session that keeps its connections."""
    session = requests.Session()
    session.trust_env = False  # neither a proxy nor ~/.netrc has a say between two of our services
    return session


def ask(
    session: requests.Session, method: str, url: str, expected: Collection[int] = (200,), **rest: Any
) -> requests.Response:
    """The answer, its status one of those expected. Raises requests.RequestException, or InvalidResponse."""
    # A redirect would cost a second request each time, and turn a PUT into a GET.
    answer = session.request(method, url, timeout=TIMEOUT, allow_redirects=False, **rest)
    if answer.status_code not in expected:
        raise InvalidResponse(f"{method} {url} answered {answer.status_code}: {answer.text[:200]!r}")
    return answer


def field(answer: requests.Response, name: str, kind: type) -> Any:
    """What the answer says there. Raises InvalidResponse, or requests.JSONDecodeError, when it has no such field."""
    content = answer.json()
    value = content.get(name) if isinstance(content, dict) else None
    if not isinstance(value, kind):
        raise InvalidResponse(f"{answer.url} answered without {name}")
    return value


def numbered(answer: requests.Response, name: str, many: int = 1) -> tuple[list[dict[str, Any]], bool]:
    """The list that the answer has there, of conferences each with its `id`, and whether that is all of it.

    A monolith of the course may list only an `href`, of which the number is the last part. What has neither is logged
    and left out: it holds up no other. Raises as `field` does, and where none of `many` or more has one: then it is
    rather the answer that is not understood.
    """
    rows = field(answer, name, list)
    conferences = [{**row, "id": number} for row in rows if (number := _number(row)) is not None]
    if not conferences and len(rows) >= many:
        raise InvalidResponse(f"{answer.url} lists conferences without an id")
    for row in rows:
        if _number(row) is None:
            log.error("%s lists a conference without an id, passing over it: %.200r", answer.url, row)
    return conferences, len(conferences) == len(rows)


def _number(row: Any) -> int | None:
    """Of a conference in a list; None where that does not say."""
    if not isinstance(row, dict):
        return None
    if isinstance(row.get("id"), int):
        return int(row["id"])
    found = HREF.search(str(row.get("href"))) if row.get("id") is None else None
    return int(found[1]) if found else None


def epoch_of(answer: requests.Response) -> str:
    """The history of the monolith's database of which the answer tells; empty where it counts none."""
    return str(answer.headers.get(EPOCH, ""))


def bytes_on_the_wire(answer: requests.Response) -> int:
    """How long the answer was as it came: status line, headers, and the body before decompression."""
    lines = [f"HTTP/1.1 {answer.status_code} {answer.reason}", *map(": ".join, answer.raw.headers.items()), ""]
    return sum(len(line) + len("\r\n") for line in lines) + int(answer.raw.tell())
