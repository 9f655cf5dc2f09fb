"""Whatever went wrong with the copies, a look at everything puts right."""

import json
import tracemalloc

import pytest
import requests
import responses
from django.conf import settings
from samples import a_conference, an_account, listed

from attendees import monolith as source
from attendees.copies import copy_conferences, live_ids
from attendees.models import AccountVO
from attendees.snapshot import read_snapshot

ACCOUNTS = f"{settings.MONOLITH_URL}/api/accounts/changes/"
CONFERENCES = f"{settings.MONOLITH_URL}/api/conferences/"


def a_page(*accounts, cursor="a", more=False):
    return {"changes": list(accounts), "cursor": cursor, "more": more}


@pytest.mark.django_db
def test_everything_is_known_afterwards_closed_accounts_too(monolith):
    copy_conferences([a_conference(1), a_conference(2)])
    monolith.get(ACCOUNTS, json=a_page(an_account("Ada@example.com"), an_account("bob@example.com", False)))
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
    monolith.get(ACCOUNTS, json=a_page())
    monolith.get(CONFERENCES, json={"conferences": []})

    read_snapshot(source.session())

    assert live_ids() == {1}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "answer",
    [{"status": 500, "body": "<html>"}, {"body": "<html>"}, {"json": []}, {"json": {"conferences": [{"name": "x"}]}}],
)
def test_a_broken_answer_changes_nothing(monolith, answer):
    copy_conferences([a_conference(1)])
    monolith.get(ACCOUNTS, json=a_page(an_account("ada@example.com")))
    monolith.get(CONFERENCES, **answer)

    with pytest.raises((requests.RequestException, ValueError)):
        read_snapshot(source.session())

    assert live_ids() == {1}


@pytest.mark.django_db
def test_ten_times_as_many_accounts_take_no_more_memory(monolith):
    monolith.get(CONFERENCES, json={"conferences": []})

    def peak(number):
        def answer(request):
            page = int(request.params.get("after", 0))
            rows = [an_account(f"{page}.{each}@example.com") for each in range(100)]
            return 200, {}, json.dumps(a_page(*rows, cursor=str(page + 1), more=page + 1 < number))

        monolith.upsert(responses.CallbackResponse("GET", ACCOUNTS, callback=answer))
        monolith.calls.reset()
        tracemalloc.start()
        said = read_snapshot(source.session())
        _, most = tracemalloc.get_traced_memory()
        kept_by_the_script = sum(len(call.response.content) for call in monolith.calls)
        tracemalloc.stop()
        assert said.startswith(f"{100 * number} of {100 * number} accounts")
        AccountVO.objects.all().delete()
        return most - 3 * kept_by_the_script

    peak(1)
    assert peak(40) < 2 * peak(4)


@pytest.mark.django_db
def test_a_row_that_cannot_be_read_holds_up_no_other_and_is_reported(monolith, caplog):
    copy_conferences([a_conference(1), a_conference(2)])
    broken = an_account("eve@example.com") | {"revision": 0}
    monolith.get(ACCOUNTS, json=a_page(broken, an_account("ada@example.com")))
    monolith.get(CONFERENCES, json={"conferences": [listed(1, 0), listed(3)]})

    read_snapshot(source.session())

    assert live_ids() == {1, 3}
    assert [copy.email for copy in AccountVO.objects.all()] == ["ada@example.com"]
    assert [name for name in ("eve@example.com", "/api/conferences/1/") if name not in caplog.text] == []


@pytest.mark.django_db
def test_where_no_row_can_be_read_it_is_the_answer_that_is_wrong(monolith):
    copy_conferences([a_conference(1)])
    monolith.get(ACCOUNTS, json=a_page())
    monolith.get(CONFERENCES, json={"conferences": [listed(2, 0), listed(3, 0)]})

    with pytest.raises(ValueError, match="none of 2 rows"):
        read_snapshot(source.session())

    assert live_ids() == {1}
