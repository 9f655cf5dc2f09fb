"""Reads everything the monolith has now: whatever else was lost or mistaken, the copies are right afterwards."""

from typing import Any

import requests

from attendees import monolith
from attendees.copies import bury_missing, copy_conferences, live_ids
from attendees.facts import ConferenceFact
from attendees.feeds import pages, readable, take_accounts
from contracts.messages import ConferenceChanged


def read_snapshot(session: requests.Session) -> str:
    """Bring all copies up to date, once; what it did, in words.

    Accounts are read by pages, so a million of them take no more memory than a thousand. A conference that was known
    before and is not listed is gone, as for the poller; an empty list removes nothing. Raises
    requests.RequestException, django.db.Error, or ValueError for an answer of another shape.
    """
    accounts = changed_accounts = 0
    for page in pages(session, "accounts"):
        changed_accounts += take_accounts(page.changes)
        accounts += len(page.changes)
    known = live_ids()
    listed = _rows(session, "conferences")
    changed = copy_conferences(map(ConferenceFact.of, readable(ConferenceChanged, listed)))
    removed = bury_missing(known - {row["id"] for row in listed}) if listed else []
    return (
        f"{changed_accounts} of {accounts} accounts and {len(changed)} of {len(listed)} conferences "
        f"were news, {len(removed)} conferences were gone"
    )


def _rows(session: requests.Session, noun: str) -> list[dict[str, Any]]:
    _, content = monolith.get(session, f"{noun}/")
    rows = content.get(noun)
    if not isinstance(rows, list) or not all(isinstance(row, dict) and isinstance(row.get("id"), int) for row in rows):
        raise ValueError(f"the monolith answered without a list of {noun}")
    return rows
