"""Reads everything the monolith has now: whatever else was lost or mistaken, the copies are right afterwards."""

from collections.abc import Iterable
from functools import partial
from itertools import chain
from typing import NamedTuple

import requests

from attendees import doubts, epochs, monolith
from attendees.apart import write_apart
from attendees.copies import close_missing, delete_missing, live_ids
from attendees.feeds import Page, Rows, pages, take_accounts, take_conferences


class Read(NamedTuple):
    """What came of reading one kind."""

    there: int
    news: int
    gone: int


def read_snapshot(session: requests.Session) -> str:
    """Bring all copies up to date, once; what it did, in words.

    Accounts are read by pages, so a million of them take no more memory than a thousand. A conference that was known
    before and is not listed is gone, as for the poller, and so is an account of which this epoch tells nothing; an
    empty list removes nothing. Raises requests.RequestException, django.db.Error, or ValueError for an answer of
    another shape, also where another epoch of the monolith began meanwhile.
    """
    accounts_by_page = pages(session, "accounts")
    first = next(accounts_by_page)
    epoch = first.epoch
    epochs.begin_comparison(epoch)
    accounts = _read_accounts(session, epoch, chain([first], accounts_by_page))
    conferences = _read_conferences(session, epoch)
    epochs.end_comparison()
    closed = f" and {accounts.gone} accounts" if accounts.gone else ""
    return (
        f"{accounts.news} of {accounts.there} accounts and {conferences.news} of {conferences.there} conferences "
        f"were news, {conferences.gone} conferences{closed} were gone"
    )


def _read_accounts(session: requests.Session, epoch: int, by_page: Iterable[Page]) -> Read:
    there = news = 0
    left_out: set[str] = set()
    for page in by_page:
        _must_be(epoch, page.epoch)
        there += len(page.changes)
        news += take_accounts(page) + doubts.settle_accounts(session, page)
        left_out |= doubts.left_out(page)
    return Read(there, news, close_missing(epoch, left_out) if there else 0)


def _read_conferences(session: requests.Session, epoch: int) -> Read:
    known = live_ids()
    listed = _listed(session, epoch)
    news = take_conferences(listed, epoch)
    if doubtful := doubts.about_conferences(listed, epoch):
        news += doubts.settle_conferences(doubtful, _listed(session, epoch), epoch)
    missing = sorted(known - {row["id"] for row in listed}) if listed else []
    return Read(len(listed), news, sum(map(len, write_apart(partial(delete_missing, epoch=epoch), missing))))


def _listed(session: requests.Session, epoch: int) -> Rows:
    answer = monolith.get(session, "conferences/")
    _must_be(epoch, answer.epoch)
    rows = answer.content.get("conferences")
    if not isinstance(rows, list) or not all(isinstance(row, dict) and isinstance(row.get("id"), int) for row in rows):
        raise ValueError("the monolith answered without a list of conferences")
    return rows


def _must_be(epoch: int, said: int) -> None:
    if said != epoch:
        raise ValueError(f"the monolith was restored meanwhile: its epoch is no longer {epoch}, but {said}")
