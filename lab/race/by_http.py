"""Changes conferences as an organiser's program would: over HTTP."""

from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from lab import settings


class Http:
    """A client of the monolith's API. Raises requests.HTTPError for an answer that is not a success."""

    def __init__(self) -> None:
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Token {settings.ORGANISER_TOKEN}"
        self._place = self._place_to_use()

    def add(self) -> tuple[int, int, float]:
        """A new conference: its number, revision and time."""
        now = datetime.now(UTC)
        made = self._call(
            "POST", "/api/conferences/", name="Race", description="-", max_presentations=1, max_attendees=1,
            starts=(now + timedelta(days=30)).isoformat(), ends=(now + timedelta(days=31)).isoformat(),
            location=self._place,
        )  # fmt: skip
        return made["id"], made["revision"], _seconds(made["updated"])

    def change(self, conference: int, places: int) -> tuple[int, float]:
        """The new revision, and its time."""
        changed = self._call("PUT", f"/api/conferences/{conference}/", max_attendees=places)
        return changed["revision"], _seconds(changed["updated"])

    def delete(self, conference: int) -> None:
        """Gone for good."""
        self._call("DELETE", f"/api/conferences/{conference}/")

    def _place_to_use(self) -> int:
        """Any location, else a new one."""
        for location in self._call("GET", "/api/locations/")["locations"]:
            return int(location["id"])
        made = self._call("POST", "/api/locations/", name="Race", city="Race", room_count=1, state="CA")
        return int(made["href"].rstrip("/").split("/")[-1])

    def _call(self, method: str, path: str, **body: Any) -> Any:
        answer = self._session.request(method, settings.MONOLITH_URL + path, json=body or None, timeout=30)
        answer.raise_for_status()
        return answer.json()


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def backend() -> Http:
    """For the writer."""
    return Http()
