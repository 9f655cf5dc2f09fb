"""The line under the picture that says whether all that was published is somewhere."""

import threading
import time

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lab.dead.notes import NOTES
from lab.feed import balance as sums
from lab.feed.balance import Balance
from lab.feed.watching import FEED
from lab.why.services import Places, ask

AT_REST = 4.0  # seconds without a change after which nothing can be on its way between two of the figures


class Books:
    """Remembers since when the balance has been the same."""

    def __init__(self) -> None:
        self.began = time.time()
        self._last: Balance | None = None
        self._since = 0.0
        self._lock = threading.Lock()

    def look(self) -> tuple[Balance, bool]:
        """The balance now, and whether nothing has moved for so long that what is missing is nowhere."""
        since = sums.first_id(self.began)
        told = ask(Places(), since=[str(since)])
        found = sums.add_up(told, FEED.state(), NOTES.discarded(since))
        with self._lock:
            if found != self._last:
                self._last, self._since = found, time.monotonic()
            return found, time.monotonic() > self._since + AT_REST


BOOKS = Books()


def balance(request: HttpRequest) -> HttpResponse:
    """The sum, in words."""
    FEED.watch()
    found, is_at_rest = BOOKS.look()
    is_known = FEED.probe.away_since is None and not FEED.troubles and not found.silent
    context = {"balance": found, "began": BOOKS.began, "is_at_rest": is_at_rest, "is_known": is_known}
    return render(request, "board/balance.html", context | {"others": -found.missing, "troubles": FEED.troubles})
