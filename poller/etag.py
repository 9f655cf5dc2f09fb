"""Everything, unless it is still the same."""

from time import perf_counter

from poller.copies import Target
from poller.cycle import Cycle
from poller.full import Listing
from poller.source import Source


class EtagPoll:
    """Fetches the whole list when it is not the one it has already: 304 is an answer without a list.

    Promises what FullPoll does, except that copies which were lost are missed until something changes.
    """

    def __init__(self, source: Source, target: Target) -> None:
        self._source = source
        self._listing = Listing(target)
        self._etag: str | None = None

    def copy_changes(self) -> Cycle:
        """As in Poll: one request."""
        started = perf_counter()
        known = self._listing.known_ids()
        answer = self._source.listed() if self._etag is None else self._source.listed_unless(self._etag)
        if answer.status_code == 304:
            return Cycle.of([answer], 0, 0, started)
        done = self._listing.push(answer, known)
        self._etag = answer.headers.get("ETag") if self._listing.is_known else None
        return Cycle.of([answer], *done, started)
