"""Everything, each time."""

from time import perf_counter

import requests

from poller.answers import epoch_of, numbered
from poller.copies import Target
from poller.cycle import Cycle
from poller.source import Source


class Listing:
    """Brings a list to its target, and remembers what was on it."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._known: set[int] | None = None
        self._epoch: str | None = None

    def known_ids(self) -> set[int]:
        """What was on the last list; before the first one, what there are copies of."""
        return self._target.known_ids() if self._known is None else self._known

    @property
    def is_known(self) -> bool:
        """Whether the last list is one that the next can be compared with."""
        return self._known is not None

    def push(self, answer: requests.Response, known: set[int]) -> tuple[int, int]:
        """Bring what is listed, and say what is gone: how many copies changed, and how many were removed.

        Gone is what was `known` before the list was fetched and is not on it: known later, it may just be newer
        than the list. Of a list that cannot be read wholly nothing is gone.
        """
        conferences, is_whole = numbered(answer, "conferences")
        listed = {conference["id"] for conference in conferences}
        missing = missing_from(listed, known) if is_whole else {}
        epoch = epoch_of(answer)
        done = self._target.push(conferences, missing, epoch)
        self._known = (listed or known) if is_whole else listed | known
        if epoch != self._epoch and self._epoch is not None:
            self._known = None  # restored: what came and went between two of our lists is known there, not here
        self._epoch = epoch
        return done


def missing_from(listed: set[int], known: set[int]) -> dict[int, None]:
    """What is known and not listed. An empty list misses nothing: it more likely comes from a fresh or broken
    monolith than from someone who deleted everything (the message of each deletion tells that anyway)."""
    return dict.fromkeys(known - listed) if listed else {}


class FullPoll:
    """Fetches the whole list each time, and hands all of it on, changed or not: the simplest thing that works.

    Promises: what is gone from the list is removed from the copies, also when it went while nobody polled.
    """

    def __init__(self, source: Source, target: Target) -> None:
        self._source = source
        self._listing = Listing(target)

    def copy_changes(self) -> Cycle:
        """As in Poll: one request."""
        started = perf_counter()
        known = self._listing.known_ids()
        answer = self._source.listed()
        return Cycle.of([answer], *self._listing.push(answer, known), started)
