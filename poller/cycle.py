"""One poll: fetch, hand on, remember."""

from dataclasses import dataclass
from time import perf_counter
from typing import Any

import requests

TIMEOUT = (3, 10)  # seconds to connect, and for each silence while reading
BATCH = 500  # conferences per PUT; the longest names keep that under the 1 MiB that the service reads


class Unusable(Exception):
    """The answer is not what was asked for; nothing is concluded from it."""


@dataclass(frozen=True)
class Cycle:
    """What one poll did."""

    status: int  # the monolith's answer
    bytes: int  # of that answer's body, as it was after decompression
    changed: int  # copies that were brought up to date
    removed: int  # copies of conferences that are gone
    ms: float  # milliseconds for all of it

    def __str__(self) -> str:
        return f"status={self.status} bytes={self.bytes} changed={self.changed} removed={self.removed} ms={self.ms:.1f}"


class FullPoll:
    """Fetches the whole list each time, and hands all of it on, changed or not: the simplest thing that works.

    Promises: what is gone from the list is removed from the copies, also when it went while the poller was
    down. Repeating a cycle changes nothing. A failed one is forgotten: the next does its work as well.
    """

    def __init__(self, monolith_url: str, attendees_url: str, service_token: str) -> None:
        self._source = f"{monolith_url}/api/conferences/"
        self._target = f"{attendees_url}/api/copies/conferences/"
        self._authorization = {"Authorization": f"Service {service_token}"}
        self._session = requests.Session()
        self._session.trust_env = False  # neither a proxy nor ~/.netrc has a say between two of our services
        self._known: set[int] | None = None

    def copy_everything(self) -> Cycle:
        """One poll; remembers which conferences there are only once they are safe there.

        Gone is what was known before the fetch began and is not listed: known later, it may just be newer than
        the list. An empty list removes nothing: it more likely comes from a fresh or broken monolith than from
        someone who deleted everything (the message of each deletion tells that anyway).
        Raises requests.RequestException, or Unusable for an answer of another shape.
        """
        started = perf_counter()
        known = self._copied_ids() if self._known is None else self._known
        answer = self._ask("GET", self._source)
        conferences = _listed(answer)
        listed = {conference["id"] for conference in conferences}
        changed, removed = self._hand_on(conferences, gone=known - listed if listed else set())
        self._known = listed or known
        return Cycle(answer.status_code, len(answer.content), changed, removed, 1000 * (perf_counter() - started))

    def _copied_ids(self) -> set[int]:
        answer = self._ask("GET", self._target, headers=self._authorization)
        return set(_field(answer, "ids", list))

    def _hand_on(self, conferences: list[dict[str, Any]], gone: set[int]) -> tuple[int, int]:
        """How many copies changed, and how many were removed."""
        batches = [conferences[start : start + BATCH] for start in range(0, len(conferences), BATCH)] or [[]]
        changed = removed = 0
        for batch in batches:
            body = {"conferences": batch, "gone": sorted(gone) if batch is batches[-1] else []}
            answer = self._ask("PUT", self._target, headers=self._authorization, json=body)
            changed += _field(answer, "changed", int)
            removed += _field(answer, "removed", int)
        return changed, removed

    def _ask(self, method: str, url: str, **rest: Any) -> requests.Response:
        # A redirect would cost a second request each time, and turn a PUT into a GET.
        answer = self._session.request(method, url, timeout=TIMEOUT, allow_redirects=False, **rest)
        if answer.status_code != 200:
            raise Unusable(f"{method} {url} answered {answer.status_code}: {answer.text[:200]!r}")
        return answer


def _listed(answer: requests.Response) -> list[dict[str, Any]]:
    conferences = _field(answer, "conferences", list)
    if not all(isinstance(each, dict) and isinstance(each.get("id"), int) for each in conferences):
        raise Unusable(f"{answer.url} lists a conference without an id")
    return list(conferences)


def _field(answer: requests.Response, name: str, kind: type) -> Any:
    """Raises Unusable, or requests.JSONDecodeError, when the answer has no such field."""
    content = answer.json()
    value = content.get(name) if isinstance(content, dict) else None
    if not isinstance(value, kind):
        raise Unusable(f"{answer.url} answered without {name}")
    return value
