"""Reads everything the monolith has now: whatever else was lost or mistaken, the copies are right afterwards."""

from typing import Any

import requests

from attendees import monolith
from attendees.copies import bury_missing, copy_accounts, copy_conferences, live_ids
from attendees.facts import AccountFact, ConferenceFact
from messaging.messages import AccountChanged, ConferenceChanged


def read_snapshot(session: requests.Session) -> str:
    """Bring all copies up to date, once; what it did, in words.

    A conference that was known before and is not listed is gone, as for the poller; an empty list removes
    nothing. Raises requests.RequestException, django.db.Error, or ValueError for an answer of another shape.
    """
    known = live_ids()
    accounts = [AccountChanged.of(row) for row in _rows(session, "accounts")]
    conferences = [ConferenceChanged.of(row) for row in _rows(session, "conferences")]
    changed_accounts = copy_accounts(AccountFact.of(account) for account in accounts)
    changed = copy_conferences(ConferenceFact.of(conference) for conference in conferences)
    removed = bury_missing(known - {each.id for each in conferences}) if conferences else []
    return (
        f"{changed_accounts} of {len(accounts)} accounts and {len(changed)} of {len(conferences)} conferences "
        f"were news, {len(removed)} conferences were gone"
    )


def _rows(session: requests.Session, noun: str) -> list[dict[str, Any]]:
    _, content = monolith.get(session, f"{noun}/")
    rows = content.get(noun)
    if not isinstance(rows, list):
        raise ValueError(f"the monolith answered without a list of {noun}")  # noqa: TRY004 - the answer's fault
    return rows
