"""Whatever went wrong with the copies, a look at everything puts right."""

import pytest
import requests
from django.conf import settings
from samples import a_conference, an_account, listed

from attendees import monolith as source
from attendees.copies import copy_conferences, live_ids
from attendees.models import AccountVO
from attendees.snapshot import read_snapshot

ACCOUNTS = f"{settings.MONOLITH_URL}/api/accounts/"
CONFERENCES = f"{settings.MONOLITH_URL}/api/conferences/"


@pytest.mark.django_db
def test_everything_is_known_afterwards_closed_accounts_too(monolith):
    copy_conferences([a_conference(1), a_conference(2)])
    monolith.get(ACCOUNTS, json={"accounts": [an_account("Ada@example.com"), an_account("bob@example.com", False)]})
    monolith.get(CONFERENCES, json={"conferences": [listed(2), listed(3)]})

    said = read_snapshot(source.session())

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

    read_snapshot(source.session())

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
        read_snapshot(source.session())

    assert live_ids() == {1}
