"""Reads what changed since last time: the monolith's feeds of changes, from the cursor that is kept here."""

import logging
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeVar

import requests
from django.db import transaction

from attendees import monolith
from attendees.apart import write_apart
from attendees.copies import copy_accounts, copy_conferences, delete_conferences
from attendees.models import FeedCursor
from attendees.records import AccountRecord, ConferenceDeletion, ConferenceRecord, newest
from contracts.messages import AccountChanged, ConferenceChanged, ConferenceDeleted
from messaging.message import Message

log = logging.getLogger(__name__)

Rows = list[dict[str, Any]]
AnyMessage = TypeVar("AnyMessage", bound=Message)


class Page(NamedTuple):
    """A page of a feed, and the epoch of which it tells."""

    changes: Rows
    cursor: str
    more: bool
    epoch: int


def read_feeds(session: requests.Session) -> str:
    """Bring the copies up to date with everything that changed; what it did, in words.

    The copies of a page and the cursor behind it are one transaction: no change is passed over. Raises
    requests.RequestException, django.db.Error, or ValueError for an answer of another shape.
    """
    accounts = _read(session, "accounts", take_accounts)
    conferences = _read(session, "conferences", _take_conferences)
    return f"{accounts} accounts and {conferences} conferences were news"


def _read(session: requests.Session, noun: str, take: Callable[[Page], int]) -> int:
    cursor = FeedCursor.objects.filter(feed=noun).values_list("cursor", flat=True).first()
    changed = 0
    for page in pages(session, noun, cursor):
        with transaction.atomic():
            changed += take(page)
            FeedCursor.objects.update_or_create(feed=noun, defaults={"cursor": page.cursor})
    return changed


def pages(session: requests.Session, noun: str, cursor: str | None = None) -> Iterator[Page]:
    """The pages of a feed behind the cursor, or from the start; one at a time is in memory.

    Raises requests.RequestException, or ValueError for an answer of another shape.
    """
    more = True
    while more:
        page = _page(session, noun, cursor)
        yield page
        cursor, more = page.cursor, page.more


def readable(message: type[AnyMessage], rows: Rows, epoch: int) -> list[AnyMessage]:
    """What can be read of these rows, which tell of this epoch. One that cannot is logged and holds up no other.

    Raises ValueError where none of several can: then it is rather the answer that is not understood.
    """
    found = []
    for row in rows:
        try:
            found.append(message.of({**row, "epoch": epoch}))
        except (TypeError, ValueError) as error:  # TypeError: it is no JSON object
            name = row.get("href") if isinstance(row, dict) else row
            why = " ".join(str(error).split())[:300]
            log.error("passing over %r, which cannot be read: %s", name, why)  # noqa: TRY400 - no trace for people
    if not found and len(rows) > 1:
        raise ValueError(f"none of {len(rows)} rows is a {message.type} that can be read")
    return found


def _page(session: requests.Session, noun: str, cursor: str | None) -> Page:
    """The page behind the cursor; the first one, when the monolith knows no such cursor."""
    refusals, question = ((400, 410), {"after": cursor}) if cursor else ((), {})
    status, content, epoch = monolith.get(session, f"{noun}/changes/", also=refusals, **question)
    if status != 200:
        log.warning("feed of %s: starting again from the start: %s", noun, content.get("message"))
        return _page(session, noun, None)
    page = Page(content.get("changes"), content.get("cursor"), content.get("more"), epoch)
    if not (isinstance(page.changes, list) and isinstance(page.cursor, str) and isinstance(page.more, bool)):
        raise ValueError(f"the monolith answered without a page of the feed of {noun}")  # noqa: TRY004
    return page


def take_accounts(page: Page) -> int:
    """Bring the copies of these accounts up to date; how many were news."""
    records = newest(
        map(AccountRecord.of, readable(AccountChanged, page.changes, page.epoch)), key=lambda record: record.email
    )
    return sum(write_apart(copy_accounts, records))


def take_conferences(rows: Rows, epoch: int) -> int:
    """Bring the copies of these conferences up to date; how many were news."""
    records = newest(map(ConferenceRecord.of, readable(ConferenceChanged, rows, epoch)), key=lambda record: record.id)
    return sum(map(len, write_apart(copy_conferences, records)))


def _take_conferences(page: Page) -> int:
    deleted = [row for row in page.changes if _is_deletion(row)]
    changed = take_conferences([row for row in page.changes if not _is_deletion(row)], page.epoch)
    records = newest(
        map(ConferenceDeletion.of, readable(ConferenceDeleted, deleted, page.epoch)), key=lambda record: record.id
    )
    return changed + sum(map(len, write_apart(delete_conferences, records)))


def _is_deletion(row: Any) -> bool:
    return isinstance(row, dict) and bool(row.get("deleted"))
