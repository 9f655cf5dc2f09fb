"""Reads what changed since last time: the monolith's feeds of changes, from the cursor that is kept here."""

import logging
from collections.abc import Callable
from typing import Any, NamedTuple

import requests
from django.db import transaction

from attendees import monolith
from attendees.copies import bury_conferences, copy_accounts, copy_conferences
from attendees.facts import AccountFact, ConferenceFact, ConferenceGone
from attendees.models import FeedCursor
from messaging.messages import AccountChanged, ConferenceChanged, ConferenceDeleted

log = logging.getLogger(__name__)

Rows = list[dict[str, Any]]


class Page(NamedTuple):
    """A page of a feed."""

    changes: Rows
    cursor: str
    more: bool


def read_feeds(session: requests.Session) -> str:
    """Bring the copies up to date with everything that changed; what it did, in words.

    The copies of a page and the cursor behind it are one transaction: no change is passed over. Raises
    requests.RequestException, django.db.Error, or ValueError for an answer of another shape.
    """
    accounts = _read(session, "accounts", _take_accounts)
    conferences = _read(session, "conferences", _take_conferences)
    return f"{accounts} accounts and {conferences} conferences were news"


def _read(session: requests.Session, noun: str, take: Callable[[Rows], int]) -> int:
    cursor = FeedCursor.objects.filter(feed=noun).values_list("cursor", flat=True).first()
    changed, more = 0, True
    while more:
        page = _page(session, noun, cursor)
        with transaction.atomic():
            changed += take(page.changes)
            FeedCursor.objects.update_or_create(feed=noun, defaults={"cursor": page.cursor})
        cursor, more = page.cursor, page.more
    return changed


def _page(session: requests.Session, noun: str, cursor: str | None) -> Page:
    """The page behind the cursor; the first one, when the monolith knows no such cursor."""
    refusals, question = ((400, 410), {"after": cursor}) if cursor else ((), {})
    status, content = monolith.get(session, f"{noun}/changes/", also=refusals, **question)
    if status != 200:
        log.warning("feed of %s: starting again from the start: %s", noun, content.get("message"))
        return _page(session, noun, None)
    page = Page(content.get("changes"), content.get("cursor"), content.get("more"))
    if not (isinstance(page.changes, list) and isinstance(page.cursor, str) and isinstance(page.more, bool)):
        raise ValueError(f"the monolith answered without a page of the feed of {noun}")  # noqa: TRY004
    return page


def _take_accounts(rows: Rows) -> int:
    return copy_accounts(AccountFact.of(AccountChanged.of(row)) for row in rows)


def _take_conferences(rows: Rows) -> int:
    changed = copy_conferences(ConferenceFact.of(ConferenceChanged.of(row)) for row in rows if not row.get("deleted"))
    gone = bury_conferences(ConferenceGone.of(ConferenceDeleted.of(row)) for row in rows if row.get("deleted"))
    return len(changed) + len(gone)
