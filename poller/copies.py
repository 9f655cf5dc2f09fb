"""Where conferences are copied to."""

import logging
import re
from collections.abc import Mapping
from typing import Any, Protocol

import requests

from poller.answers import EPOCH, InvalidResponse, ask, field, new_session

log = logging.getLogger("poller")

BATCH = 500  # conferences per PUT; the longest names keep that under the 1 MiB that the service reads

Conference = dict[str, Any]  # as the monolith lists it
Body = dict[str, list[Any]]
Gone = Mapping[int, Conference | None]  # for each number what the feed said of the deletion; None when a list lacks it


class Target(Protocol):
    """Who keeps copies. Copies never go back: an older revision, or one again, changes nothing."""

    def known_ids(self) -> set[int]:
        """The conferences there are copies of."""

    def push(self, conferences: list[Conference], gone: Gone, epoch: str = "") -> tuple[int, int]:
        """Send what an answer of this epoch contained; returns how many copies it changed and how many it removed."""


class Copies:
    """The copies that the attendees service keeps. Methods raise requests.RequestException or InvalidResponse."""

    def __init__(self, attendees_url: str, service_token: str, session: requests.Session | None = None) -> None:
        self._url = f"{attendees_url}/api/copies/conferences/"
        self._authorization = {"Authorization": f"Service {service_token}"}
        self._session = session or new_session()
        self._duplicated = 0

    def known_ids(self) -> set[int]:
        """As in Target."""
        return set(field(ask(self._session, "GET", self._url, headers=self._authorization), "ids", list))

    def push(self, conferences: list[Conference], gone: Gone, epoch: str = "") -> tuple[int, int]:
        """As in Target, in portions; what is gone goes with the last. What the service refuses is logged and left out:
        it holds up no other."""
        batches = [conferences[start : start + BATCH] for start in range(0, len(conferences), BATCH)] or [[]]
        changed = removed = 0
        for batch in batches:
            answer = self._put({"conferences": batch, **_deletions(gone if batch is batches[-1] else {})}, epoch)
            changed += field(answer, "changed", int)
            removed += field(answer, "removed", int)
            self._duplicated += field(answer, "duplicated", int)
        return changed, removed

    def _put(self, body: Body, epoch: str) -> requests.Response:
        headers = {**self._authorization, **({EPOCH: epoch} if epoch else {})}
        answer = ask(self._session, "PUT", self._url, expected=(200, 400), headers=headers, json=body)
        if answer.status_code == 200:
            return answer
        refused = _refused(answer)
        if not refused:
            raise InvalidResponse(f"PUT {answer.url} answered 400: {answer.text[:200]!r}")
        for (name, place), why in refused.items():
            log.error("leaving out a conference that was refused: %.200r: %s", body[name][place], why)
        left = {name: [row for at, row in enumerate(rows) if (name, at) not in refused] for name, rows in body.items()}
        return self._put(left, epoch)

    def take_duplicated(self) -> int:
        """How many states this poller handed on since the last call that it, or another, had handed on before."""
        duplicated, self._duplicated = self._duplicated, 0
        return duplicated


def _refused(answer: requests.Response) -> dict[tuple[str, int], str]:
    """The rows that the service names in its refusal, as `conferences.3.revision`, and what it says of each."""
    errors = field(answer, "errors", dict)
    found = {re.match(r"(conferences|deleted|gone)\.(\d+)(?:\.|$)", name): why for name, why in errors.items()}
    return {(name[1], int(name[2])): f"{name.string}: {' '.join(why)}" for name, why in found.items() if name}


def _deletions(gone: Gone) -> Body:
    return {
        "gone": sorted(number for number, deletion in gone.items() if deletion is None),
        "deleted": [deletion for _, deletion in sorted(gone.items()) if deletion is not None],
    }
