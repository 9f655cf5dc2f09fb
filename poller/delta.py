"""Only what changed."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from time import perf_counter
from typing import Self

import requests

from poller import answers
from poller.copies import Conference, Target
from poller.cycle import Cycle
from poller.full import missing_from
from poller.source import CursorRefused, Source

log = logging.getLogger("poller")


@dataclass(frozen=True)
class Page:
    """A page of the feed of changes."""

    answer: requests.Response
    live: dict[int, Conference]
    deleted: dict[int, Conference]
    cursor: str
    more: bool

    @property
    def epoch(self) -> str:
        """The history of the monolith's database of which it tells."""
        return answers.epoch_of(self.answer)

    @classmethod
    def of(cls, answer: requests.Response, cursor: str | None) -> Self:
        """The page behind a cursor, in an answer; a single change there that cannot be read must not be met again and
        again. Raises InvalidResponse, or requests.JSONDecodeError."""
        conferences, _ = answers.numbered(answer, "changes", many=1 if cursor is None else 2)
        by_number = {each["id"]: each for each in conferences}
        deleted = {number: each for number, each in by_number.items() if each.get("deleted")}
        live = {number: each for number, each in by_number.items() if number not in deleted}
        return cls(answer, live, deleted, answers.field(answer, "cursor", str), answers.field(answer, "more", bool))


@dataclass
class Tally:
    """What a cycle has come to so far."""

    started: float = field(default_factory=perf_counter)
    answers: list[requests.Response] = field(default_factory=list)
    changed: int = 0
    removed: int = 0

    def add(self, changed: int, removed: int) -> None:
        """So many copies more."""
        self.changed += changed
        self.removed += removed

    def cycle(self) -> Cycle:
        """All of it."""
        return Cycle.of(self.answers, self.changed, self.removed, self.started)


class DeltaPoll:
    """Reads the feed of changes from where it was, deletions too; to begin with, from the start.

    Promises: no change is skipped, also one whose transaction committed late, for the feed's cursor never passes
    it. What went without a trace in the feed is found when it begins at the start.
    """

    def __init__(self, source: Source, target: Target) -> None:
        self._source = source
        self._target = target
        self._cursor: str | None = None

    def copy_changes(self) -> Cycle:
        """As in Poll: one request for each page, of which there is one when little changed."""
        tally = Tally()
        if self._cursor is not None:
            try:
                self._follow(tally, self._cursor)
            except CursorRefused as refused:
                log.warning("the cursor is of no use any more, starting again from the start: %s", refused)
                self._cursor = None
        if self._cursor is None:
            self._start(tally)
        return tally.cycle()

    def _follow(self, tally: Tally, cursor: str) -> None:
        for page in self._pages(tally, cursor):
            if page.live or page.deleted:
                tally.add(*self._target.push(list(page.live.values()), page.deleted, page.epoch))
            self._cursor = page.cursor

    def _start(self, tally: Tally) -> None:
        known = self._target.known_ids()
        met: set[int] = set()
        cursor = None
        for page in self._pages(tally, None):
            met |= page.live.keys()
            deleted = {number: each for number, each in page.deleted.items() if number in known | met}
            tally.add(*self._target.push(list(page.live.values()), deleted, page.epoch))
            met |= deleted.keys()
            cursor = page.cursor
        self._forget(tally, known - met)
        self._cursor = cursor

    def _forget(self, tally: Tally, doubtful: set[int]) -> None:
        """Whatever is known here and was not in the feed is gone, or so new there that no page may show it yet."""
        if doubtful:
            answer = self._source.listed()
            tally.answers.append(answer)
            conferences, is_whole = answers.numbered(answer, "conferences")
            if is_whole:
                missing = missing_from({each["id"] for each in conferences}, doubtful)
                tally.add(*self._target.push([], missing, answers.epoch_of(answer)))

    def _pages(self, tally: Tally, cursor: str | None) -> Iterator[Page]:
        more = True
        while more:
            answer = self._source.changed() if cursor is None else self._source.changed_since(cursor)
            tally.answers.append(answer)
            page = Page.of(answer, cursor)
            yield page
            cursor, more = page.cursor, page.more
