"""A subscriber that starts late, or was away, reads what it missed."""

import time

import pytest
import requests
import responses
from django.conf import settings
from samples import SPRING, a_conference, listed

from attendees import snapshot
from attendees.copies import copy_conferences, live_ids
from attendees.models import AccountVO

ACCOUNTS = f"{settings.MONOLITH_URL}/api/accounts/"
CONFERENCES = f"{settings.MONOLITH_URL}/api/conferences/"


def account(email, is_active=True):
    return {
        "href": f"/api/accounts/{email}/", "email": email, "first_name": "", "last_name": "",
        "is_active": is_active, "revision": 1, "updated": SPRING.isoformat(),
    }  # fmt: skip


@pytest.fixture
def monolith():
    """Answers as it is scripted to."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as scripted:
        yield scripted


@pytest.mark.django_db
def test_everything_is_known_afterwards_closed_accounts_too(monolith):
    copy_conferences([a_conference(1), a_conference(2)])
    monolith.get(ACCOUNTS, json={"accounts": [account("Ada@example.com"), account("bob@example.com", False)]})
    monolith.get(CONFERENCES, json={"conferences": [listed(2), listed(3)]})

    said = snapshot.read_snapshot()

    assert said == "2 of 2 accounts and 1 of 2 conferences were news, 1 conferences were gone"
    assert live_ids() == {2, 3}
    known = AccountVO.objects.order_by("email").values_list("email", "is_active")
    assert list(known) == [("ada@example.com", True), ("bob@example.com", False)]
    assert {call.request.headers["Authorization"] for call in monolith.calls} == {f"Service {settings.SERVICE_TOKEN}"}


@pytest.mark.django_db
def test_an_empty_list_removes_nothing(monolith):
    copy_conferences([a_conference(1)])
    monolith.get(ACCOUNTS, json={"accounts": []})
    monolith.get(CONFERENCES, json={"conferences": []})

    snapshot.read_snapshot()

    assert live_ids() == {1}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "answer",
    [{"status": 500, "body": "<html>"}, {"body": "<html>"}, {"json": []}, {"json": {"accounts": [{"email": "x"}]}}],
)
def test_a_broken_answer_changes_nothing(monolith, answer):
    copy_conferences([a_conference(1)])
    monolith.get(ACCOUNTS, **answer)
    monolith.get(CONFERENCES, json={"conferences": [listed(2)]})

    with pytest.raises((requests.RequestException, ValueError)):
        snapshot.read_snapshot()

    assert live_ids() == {1}


@pytest.mark.django_db(transaction=True)
def test_a_monolith_that_is_away_is_asked_again_and_nobody_waits(monolith):
    monolith.get(ACCOUNTS, body=requests.ConnectionError("refused"))
    monolith.get(ACCOUNTS, json={"accounts": [account("ada@example.com")]})
    monolith.get(CONFERENCES, json={"conferences": [listed(3)]})
    reader = snapshot.SnapshotReader()
    reader.start()

    started = time.monotonic()
    reader.ask()
    waited = time.monotonic() - started

    deadline = time.monotonic() + 10
    while live_ids() != {3} and time.monotonic() < deadline:
        time.sleep(0.05)
    assert live_ids() == {3}
    assert waited < 0.1
