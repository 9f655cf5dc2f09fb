"""Reads everything the monolith has now: what was broadcast before our queues were bound never comes."""

import logging
import threading
import time
from typing import Any

import requests
from django.conf import settings
from django.db import connection

from attendees.copies import bury_missing, copy_accounts, copy_conferences, live_ids
from attendees.facts import AccountFact, ConferenceFact
from messaging.backoff import Backoff
from messaging.messages import AccountChanged, ConferenceChanged

log = logging.getLogger(__name__)

TIMEOUT = (3, 10)  # seconds to connect, and for each silence while reading


class SnapshotReader(threading.Thread):
    """Reads a snapshot each time it is asked to, and every RESYNC_INTERVAL; tries until it worked.

    So whatever a broker lost, a wiped disk or a purged queue, is here some minutes later all the same.

    On a thread of its own, because news must flow while the monolith is away. That a message and the
    snapshot tell of the same conference at once does no harm: the higher revision wins.
    """

    def __init__(self) -> None:
        super().__init__(name="snapshot", daemon=True)
        self._asked = threading.Event()

    def ask(self) -> None:
        """Have everything read, soon. May be called from any thread, at any time."""
        self._asked.set()

    def run(self) -> None:
        """Read whenever asked and regularly; for as long as the process lives."""
        while True:
            self._asked.wait(settings.RESYNC_INTERVAL)
            self._asked.clear()
            pauses = Backoff(first=1, most=30)
            while not self._read():
                time.sleep(pauses.next())

    def _read(self) -> bool:
        try:
            log.info("snapshot: %s", read_snapshot())
        except Exception as error:  # noqa: BLE001 - whatever came back, this thread must live to ask again
            in_one_line = " ".join(str(error).split())[:300]
            log.warning("snapshot of %s failed, trying again: %s", settings.MONOLITH_URL, in_one_line)
            return False
        finally:
            connection.close()  # this thread's own, and rarely needed
        return True


def read_snapshot() -> str:
    """Bring all copies up to date, once; what it did, in words.

    A conference that was known before and is not listed is gone, as for the poller; an empty list removes
    nothing. Raises requests.RequestException, django.db.Error, or ValueError for an answer of another shape.
    """
    known = live_ids()
    with requests.Session() as session:
        session.trust_env = False  # neither a proxy nor ~/.netrc has a say between two of our services
        session.headers["Authorization"] = f"Service {settings.SERVICE_TOKEN}"
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
    answer = session.get(f"{settings.MONOLITH_URL}/api/{noun}/", timeout=TIMEOUT)
    answer.raise_for_status()
    content = answer.json()
    rows = content.get(noun) if isinstance(content, dict) else None
    if not isinstance(rows, list):
        raise ValueError(f"{answer.url} answered without a list of {noun}")  # noqa: TRY004 - the answer's fault
    return rows
