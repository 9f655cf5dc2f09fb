"""Where conferences come from."""

import requests

from poller.answers import InvalidResponse, ask, new_session


class CursorRefused(InvalidResponse):
    """The monolith cannot say what changed since there; the message says why."""


class Source:
    """The monolith. Every method is one request, and raises requests.RequestException or InvalidResponse."""

    def __init__(self, monolith_url: str, session: requests.Session | None = None) -> None:
        self._url = f"{monolith_url}/api/conferences/"
        self._session = session or new_session()

    def listed(self) -> requests.Response:
        """All conferences."""
        return ask(self._session, "GET", self._url)

    def listed_unless(self, etag: str) -> requests.Response:
        """All conferences; or 304 and nothing, when they are still those of this ETag."""
        return ask(self._session, "GET", self._url, expected=(200, 304), headers={"If-None-Match": etag})

    def changed(self) -> requests.Response:
        """The first page of changes from the very start, which tells of every conference."""
        return ask(self._session, "GET", f"{self._url}changes/")

    def changed_since(self, cursor: str) -> requests.Response:
        """The next page of changes. Raises CursorRefused too."""
        answer = ask(self._session, "GET", f"{self._url}changes/", expected=(200, 400, 410), params={"after": cursor})
        if answer.status_code != 200:
            raise CursorRefused(f"{answer.url} answered {answer.status_code}: {answer.text[:200]!r}")
        return answer
