"""One request, and what can be made of its answer."""

from collections.abc import Collection
from typing import Any

import requests

TIMEOUT = (3, 10)  # seconds to connect, and for each silence while reading


class Unusable(Exception):
    """The answer is not what was asked for; nothing is concluded from it."""


def new_session() -> requests.Session:
    """A session that keeps its connections."""
    session = requests.Session()
    session.trust_env = False  # neither a proxy nor ~/.netrc has a say between two of our services
    return session


def ask(
    session: requests.Session, method: str, url: str, expected: Collection[int] = (200,), **rest: Any
) -> requests.Response:
    """The answer, its status one of those expected. Raises requests.RequestException, or Unusable."""
    # A redirect would cost a second request each time, and turn a PUT into a GET.
    answer = session.request(method, url, timeout=TIMEOUT, allow_redirects=False, **rest)
    if answer.status_code not in expected:
        raise Unusable(f"{method} {url} answered {answer.status_code}: {answer.text[:200]!r}")
    return answer


def field(answer: requests.Response, name: str, kind: type) -> Any:
    """What the answer says there. Raises Unusable, or requests.JSONDecodeError, when it has no such field."""
    content = answer.json()
    value = content.get(name) if isinstance(content, dict) else None
    if not isinstance(value, kind):
        raise Unusable(f"{answer.url} answered without {name}")
    return value


def numbered(answer: requests.Response, name: str) -> list[dict[str, Any]]:
    """The list that the answer has there, of conferences each with its `id`. Raises as `field` does."""
    conferences = field(answer, name, list)
    if not all(isinstance(each, dict) and isinstance(each.get("id"), int) for each in conferences):
        raise Unusable(f"{answer.url} lists a conference without an id")
    return list(conferences)


def bytes_on_the_wire(answer: requests.Response) -> int:
    """How long the answer was as it came: status line, headers, and the body before decompression."""
    lines = [f"HTTP/1.1 {answer.status_code} {answer.reason}", *map(": ".join, answer.raw.headers.items()), ""]
    return sum(len(line) + len("\r\n") for line in lines) + int(answer.raw.tell())
