"""Where conferences are copied to."""

from collections.abc import Mapping
from typing import Any, Protocol

import requests

from poller.answers import ask, field, new_session

BATCH = 500  # conferences per PUT; the longest names keep that under the 1 MiB that the service reads

Conference = dict[str, Any]  # as the monolith lists it
Gone = Mapping[int, Conference | None]  # for each number what the feed said of the deletion; None when a list lacks it


class Target(Protocol):
    """Who keeps copies. Copies never go back: an older revision, or one again, changes nothing."""

    def known_ids(self) -> set[int]:
        """The conferences there are copies of."""

    def hand_on(self, conferences: list[Conference], gone: Gone) -> tuple[int, int]:
        """How many copies changed, and how many were removed; both are safe when it returns."""


class Copies:
    """The copies that the attendees service keeps. Methods raise requests.RequestException or Unusable."""

    def __init__(self, attendees_url: str, service_token: str, session: requests.Session | None = None) -> None:
        self._url = f"{attendees_url}/api/copies/conferences/"
        self._authorization = {"Authorization": f"Service {service_token}"}
        self._session = session or new_session()
        self._duplicated = 0

    def known_ids(self) -> set[int]:
        """As in Target."""
        return set(field(ask(self._session, "GET", self._url, headers=self._authorization), "ids", list))

    def hand_on(self, conferences: list[Conference], gone: Gone) -> tuple[int, int]:
        """As in Target, in portions; what is gone goes with the last."""
        batches = [conferences[start : start + BATCH] for start in range(0, len(conferences), BATCH)] or [[]]
        changed = removed = 0
        for batch in batches:
            body = {"conferences": batch, **(_told(gone) if batch is batches[-1] else {"gone": [], "deleted": []})}
            answer = ask(self._session, "PUT", self._url, headers=self._authorization, json=body)
            changed += field(answer, "changed", int)
            removed += field(answer, "removed", int)
            self._duplicated += field(answer, "duplicated", int)
        return changed, removed

    def take_duplicated(self) -> int:
        """How many states this poller handed on since the last call that it, or another, had handed on before."""
        duplicated, self._duplicated = self._duplicated, 0
        return duplicated


def _told(gone: Gone) -> dict[str, list[Any]]:
    return {
        "gone": sorted(number for number, deletion in gone.items() if deletion is None),
        "deleted": [deletion for _, deletion in sorted(gone.items()) if deletion is not None],
    }
