"""The attendees' part of the course's contract."""

from datetime import datetime

import pytest
from samples import SPRING, a_conference

from attendees.actions import give_badge, register
from attendees.copies import copy_accounts, copy_conferences, delete_missing
from attendees.models import Attendee
from attendees.records import AccountRecord

pytestmark = pytest.mark.django_db

GRACE = {"name": "Grace Hopper", "email": "grace@example.com", "company_name": "US Navy"}
DJANGO_DAY = {"name": "DjangoDay", "import_href": "/api/conferences/3/", "href": "/api/conferences/3/"}


@pytest.fixture
def grace(conference):
    return register(3, **GRACE)


@pytest.mark.parametrize("slash", ["/", ""])
@pytest.mark.parametrize("collection", ["/api/attendees", "/api/conferences/3/attendees"])
def test_attendees_are_listed(browser, grace, collection, slash):
    answer = browser.get(collection + slash)

    assert answer.status_code == 200
    row = {"href": f"/api/attendees/{grace.pk}/", "name": "Grace Hopper", "conference": "DjangoDay"}
    assert answer.json() == {"attendees": [row]}


@pytest.mark.parametrize(
    "reference", [3, "3", "/api/conferences/3/", "/api/conferences/3", "http://m:8000/api/conferences/3/"]
)
def test_a_conference_may_be_named_by_number_or_href(browser, conference, reference):
    answer = browser.post("/api/attendees/", {**GRACE, "conference": reference}, format="json")

    assert answer.status_code == 201
    attendee = Attendee.objects.get()
    expected = {**GRACE, "href": f"/api/attendees/{attendee.pk}/", "conference": DJANGO_DAY, "has_account": False}
    body = answer.json()
    assert datetime.fromisoformat(body.pop("created")) == attendee.created
    assert body == expected


@pytest.mark.parametrize("slash", ["/", ""])
def test_a_conference_named_by_the_path_counts_whatever_the_body_says(browser, conference, slash):
    answer = browser.post(f"/api/conferences/3/attendees{slash}", {**GRACE, "conference": 77}, format="json")

    assert answer.status_code == 201
    assert answer.json()["conference"] == DJANGO_DAY


def test_a_company_is_not_needed(browser, conference):
    person = {"name": "Grace", "email": "grace@example.com", "conference": 3}

    assert browser.post("/api/attendees/", person, format="json").json()["company_name"] == ""
    other = {**person, "email": "g@example.com", "company_name": None}
    assert browser.post("/api/attendees/", other, format="json").json()["company_name"] == ""


@pytest.mark.parametrize("slash", ["/", ""])
def test_one_attendee_is_shown(browser, grace, slash):
    answer = browser.get(f"/api/attendees/{grace.pk}{slash}")

    assert answer.status_code == 200
    assert answer.json() == {
        **GRACE,
        "href": f"/api/attendees/{grace.pk}/",
        "created": grace.created.isoformat().replace("+00:00", "Z"),
        "conference": DJANGO_DAY,
        "has_account": False,
    }


@pytest.mark.parametrize("is_active", [True, False])
def test_an_account_counts_while_it_is_active_in_any_case_of_letters(browser, grace, is_active):
    Attendee.objects.update(email="GRACE@Example.com")

    copy_accounts([AccountRecord("grace@example.com", "G", "H", is_active, 1, SPRING)])

    assert browser.get(f"/api/attendees/{grace.pk}/").json()["has_account"] is is_active


@pytest.mark.parametrize("slash", ["/", ""])
def test_a_badge_is_made_once(browser, grace, slash):
    first = browser.post(f"/api/attendees/{grace.pk}/badge{slash}")
    again = browser.post(f"/api/attendees/{grace.pk}/badge{slash}")

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json()["attendee"] == {"href": f"/api/attendees/{grace.pk}/", "name": "Grace Hopper"}
    detail = browser.get(f"/api/attendees/{grace.pk}/").json()
    assert detail["badge"] == {"created": first.json()["created"]}


@pytest.mark.parametrize("slash", ["/", ""])
def test_a_change_may_be_partial(service, grace, slash):
    answer = service.put(f"/api/attendees/{grace.pk}{slash}", {"name": "Admiral Hopper"}, format="json")

    assert answer.status_code == 200
    assert (answer.json()["name"], answer.json()["company_name"]) == ("Admiral Hopper", "US Navy")


def test_an_attendee_may_move_to_a_conference_with_a_seat_left(service, grace):
    copy_conferences([a_conference(4, name="RustDay", max_attendees=1), a_conference(5, max_attendees=0)])

    moved = service.put(f"/api/attendees/{grace.pk}/", {"conference": 4}, format="json")
    full = service.put(f"/api/attendees/{grace.pk}/", {"conference": 5}, format="json")

    assert (moved.status_code, full.status_code) == (200, 409)
    assert service.get(f"/api/attendees/{grace.pk}/").json()["conference"]["name"] == "RustDay"


@pytest.mark.parametrize("slash", ["/", ""])
def test_a_removed_attendee_is_gone_badge_and_all(service, grace, slash):
    give_badge(grace.pk)

    answer = service.delete(f"/api/attendees/{grace.pk}{slash}")

    assert (answer.status_code, answer.json()) == (200, {"deleted": True})
    assert service.delete(f"/api/attendees/{grace.pk}/").status_code == 404


@pytest.mark.parametrize("slash", ["/", ""])
def test_the_known_conferences_are_listed_by_start_then_name(browser, conference, slash):
    copy_conferences([a_conference(1, name="Zig"), a_conference(2, name="Ada"), a_conference(9)])
    delete_missing([9])

    answer = browser.get(f"/api/conferences{slash}")

    numbers = [(2, "Ada"), (3, "DjangoDay"), (1, "Zig")]
    rows = [{"href": f"/api/conferences/{id}/", "id": id, "name": name} for id, name in numbers]
    assert answer.json() == {"conferences": rows}


def test_a_list_costs_one_query_however_long(browser, conference, django_assert_num_queries):
    for number in range(20):
        register(3, name="x", email=f"{number}@example.com")

    with django_assert_num_queries(1):
        assert len(browser.get("/api/attendees/").json()["attendees"]) == 20
