"""The poller's own ways of asking, with copies in memory as their target."""

from collections.abc import Callable
from typing import Any

import requests

from lab.race.facts import Copies
from poller.cycle import Cycle, FullPoll


class _Full(FullPoll):
    def __init__(self, monolith_url: str, session: requests.Session, copies: Copies) -> None:
        super().__init__(monolith_url, "", "")
        self._session = session
        self._copies = copies

    def _copied_ids(self) -> set[int]:
        return self._copies.known_ids()

    def _hand_on(self, conferences: list[dict[str, Any]], gone: set[int]) -> tuple[int, int]:
        return self._copies.hand_on(conferences, gone)


WAYS = {"full": _Full}


def poll_of(way: str, monolith_url: str, session: requests.Session, copies: Copies) -> Callable[[], Cycle]:
    """One poll, as often as it is called."""
    return WAYS[way](monolith_url, session, copies).copy_everything
