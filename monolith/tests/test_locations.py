import pytest
from samples import HALL

from events.models import Location

pytestmark = pytest.mark.django_db


def iso(moment):
    return moment.isoformat().replace("+00:00", "Z")


def detail(location):
    return {
        "href": f"/api/locations/{location.pk}/",
        "name": location.name,
        "city": location.city,
        "room_count": location.room_count,
        "created": iso(location.created),
        "updated": iso(location.updated),
        "picture_url": location.picture_url,
        "state": location.state.abbreviation,
    }


def test_the_states_and_dc_are_there_from_the_start_by_name(browser):
    states = browser.get("/api/states/").json()["states"]

    names = [state["name"] for state in states]
    assert (len(states), states[0], states[8], states[-1]) == (
        51,
        {"name": "Alabama", "abbreviation": "AL"},
        {"name": "District of Columbia", "abbreviation": "DC"},
        {"name": "Wyoming", "abbreviation": "WY"},
    )
    assert names == sorted(names)


def test_the_list(browser, location):
    row = {"href": f"/api/locations/{location.pk}/", "id": location.pk, "name": "Moscone Center", "picture_url": None}

    assert browser.get("/api/locations/").json() == {"locations": [row]}


def test_a_new_location_is_answered_in_full(desk):
    answer = desk.post("/api/locations/", HALL, format="json")

    assert (answer.status_code, answer.json()) == (201, detail(Location.objects.get()))
    assert desk.get(answer.json()["href"]).json() == answer.json()


def test_a_change_may_name_some_fields_only(desk, location):
    answer = desk.put(f"/api/locations/{location.pk}/", {"room_count": 31, "state": "NY"}, format="json")

    changed = Location.objects.get()
    assert (answer.status_code, answer.json()) == (200, detail(changed))
    assert (changed.name, changed.room_count, changed.state.name) == ("Moscone Center", 31, "New York")
    assert changed.updated > location.updated


def test_an_unused_location_can_be_deleted(desk, location):
    answer = desk.delete(f"/api/locations/{location.pk}/")

    assert (answer.status_code, answer.json()) == (200, {"deleted": True})
    assert desk.delete(f"/api/locations/{location.pk}/").status_code == 404


def test_a_location_stays_while_conferences_take_place_there(desk, conference):
    answer = desk.delete(f"/api/locations/{conference.location_id}/")

    assert (answer.status_code, answer.json()) == (
        409,
        {
            "message": "It is still in use by: DjangoDay. Change or delete those first.",
            "code": "in_use",
            "errors": {},
        },
    )
    assert Location.objects.count() == 1
