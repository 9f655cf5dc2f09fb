"""Copies that claim to be further on than their source: the source is asked again, and then its word counts.

Such a copy was made of a revision that the source never reached, or before the source lost what it had; no news could
ever change it again. That the source is asked after the copy was looked at tells it from one that was made of news
which was just faster than the comparison.
"""

import requests
from django.db.models import QuerySet

from attendees import monolith
from attendees.apart import write_apart
from attendees.copies import copy_accounts
from attendees.epochs import DOUBTED
from attendees.feeds import Page, Rows, readable, take_conferences
from attendees.models import AccountVO, ConferenceVO
from attendees.records import AccountRecord, newest
from contracts.messages import AccountChanged

Looked = dict[int, tuple[int, bool]]  # the revision of each copy, and whether it is a tombstone


def settle_accounts(session: requests.Session, page: Page) -> int:
    """Ask the source about each account of the page whose copy is further on, and take its word; how many changed."""
    told = {row.email.lower(): row.revision or 0 for row in readable(AccountChanged, page.changes, page.epoch)}
    copies = AccountVO.objects.filter(email__in=told, epoch=page.epoch).values_list("email", "revision")
    doubtful = [(email, revision) for email, revision in copies if revision > told[email]]
    return sum(_settle_account(session, email, revision) for email, revision in doubtful)


def left_out(page: Page) -> set[str]:
    """The accounts of the page whose copies are still of an earlier epoch: they could not be read, or written."""
    emails = [str(row.get("email")).lower() for row in page.changes if isinstance(row, dict)]
    return set(AccountVO.objects.filter(email__in=emails, epoch__lt=page.epoch).values_list("email", flat=True))


def about_conferences(listed: Rows, epoch: int) -> Looked:
    """The copies of listed conferences that are further on than the list, or say that there is no such conference."""
    told = {row["id"]: row.get("revision") for row in listed}
    copies = ConferenceVO.objects.filter(id__in=told, epoch=epoch).values_list("id", "revision", "deleted")
    return {id: (rev, deleted) for id, rev, deleted in copies if deleted or _is_behind(told[id], rev)}


def settle_conferences(doubtful: Looked, listed_again: Rows, epoch: int) -> int:
    """Take the word of a list that was read after `doubtful` was found; how many copies changed."""
    rows = []
    for row in listed_again:
        revision, is_deleted = doubtful.get(row["id"], (0, False))
        if is_deleted or _is_behind(row.get("revision"), revision):
            _doubt(ConferenceVO.objects.filter(id=row["id"], epoch=epoch, revision=revision, deleted=is_deleted))
            rows.append(row)
    return take_conferences(rows, epoch)


def _settle_account(session: requests.Session, email: str, revision: int) -> int:
    answer = monolith.get(session, "accounts/", also=(400,), search=email)
    rows = readable(AccountChanged, answer.content.get("accounts") or [], answer.epoch)
    own = [row for row in rows if row.email.lower() == email and (row.revision or 0) < revision]
    if own:
        _doubt(AccountVO.objects.filter(email=email, epoch=answer.epoch, revision=revision))
    records = newest(map(AccountRecord.of, own), key=lambda record: record.email)
    return sum(write_apart(copy_accounts, records))


def _doubt(copy: QuerySet) -> None:
    copy.update(epoch=DOUBTED)


def _is_behind(told: object, revision: int) -> bool:
    return isinstance(told, int) and told < revision
