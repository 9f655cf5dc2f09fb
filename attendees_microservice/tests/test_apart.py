"""A row that cannot be written, or that somebody holds, holds up no other."""

from contextlib import closing

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from samples import SPRING, a_conference, an_account, listed

from attendees import epochs
from attendees import monolith as source
from attendees.apart import write_apart
from attendees.copies import copy_accounts, copy_conferences, live_ids
from attendees.feeds import read_feeds
from attendees.models import AccountVO, ConferenceVO
from attendees.records import AccountRecord
from attendees.snapshot import read_snapshot

pytestmark = pytest.mark.django_db(transaction=True)

API = f"{settings.MONOLITH_URL}/api"
PEOPLE = [f"{number}@example.com" for number in range(10)]


@pytest.fixture
def held():
    """Somebody's psql session holds account 4 and conference 4."""
    copy_accounts([AccountRecord(email, "old", "", True, 1, SPRING) for email in PEOPLE])
    copy_conferences([a_conference(number, name="old") for number in range(1, 11)])
    with closing(connection.copy()) as other:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT FROM attendees_accountvo WHERE email = '4@example.com' FOR UPDATE")
            cursor.execute("SELECT FROM attendees_conferencevo WHERE id = 4 FOR UPDATE")
        yield other


@pytest.fixture
def changed(monolith):
    """All ten of each have another name there."""
    people = [an_account(email) | {"revision": 2, "first_name": "new"} for email in PEOPLE]
    page = {"changes": people, "cursor": "a", "more": False}
    conferences = [listed(number, 2, name="new") for number in range(1, 11)]
    monolith.get(f"{API}/accounts/changes/", json=page)
    monolith.get(f"{API}/conferences/changes/", json=page | {"changes": conferences})
    monolith.get(f"{API}/conferences/", json={"conferences": conferences})


def old():
    return list(AccountVO.objects.filter(first_name="old").values_list("email", flat=True))


@pytest.mark.parametrize("read", [read_feeds, read_snapshot])
def test_one_that_somebody_holds_waits_alone_and_the_next_comparison_is_of_everything(held, changed, read, caplog):
    read(source.session())

    assert old() == ["4@example.com"]
    assert "4@example.com" in caplog.text
    assert not epochs.is_compared()
    held.rollback()
    read_snapshot(source.session())
    assert (old(), epochs.is_compared()) == ([], True)


def test_a_poller_is_not_held_up_either(held, service):
    body = {"conferences": [listed(number, 2) for number in range(1, 10)], "gone": [10, 4]}

    answer = service.put("/api/copies/conferences/", body, format="json")

    assert (answer.status_code, answer.json()["changed"], answer.json()["removed"]) == (200, 8, 1)
    assert (live_ids(), epochs.is_compared()) == (set(range(1, 10)), False)


@pytest.mark.parametrize(
    "wrong",
    [
        {"max_attendees": 2**63},
        {"id": 2**63},
        {"name": "nul\0"},
        {"name": "\ud800"},
        {"updated": "0001-01-01T00:00:00+14:00"},
        {"ends": "9999-12-31T23:59:59-14:00"},
        {"revision": 2**63 - 1},
        {"revision": 0},
    ],
)
@pytest.mark.parametrize("read", [read_feeds, read_snapshot])
def test_one_that_no_column_can_hold_is_left_out(monolith, wrong, read, caplog):
    rows = [listed(1), listed(2) | wrong, listed(3)]
    page = {"changes": [], "cursor": "a", "more": False}
    monolith.get(f"{API}/accounts/changes/", json=page)
    monolith.get(f"{API}/conferences/changes/", json=page | {"changes": rows})
    monolith.get(f"{API}/conferences/", json={"conferences": rows})

    read(source.session())

    assert live_ids() - {2} == {1, 3}
    assert [copy.name for copy in ConferenceVO.objects.exclude(id=2).order_by("id")] == ["Conference 1", "Conference 3"]
    assert list(ConferenceVO.objects.all())  # each of them can be read again


def test_an_outage_is_no_fault_of_a_row():
    def be_away(_facts):
        raise OperationalError("the server went away")

    with pytest.raises(OperationalError):
        write_apart(be_away, [1, 2])
