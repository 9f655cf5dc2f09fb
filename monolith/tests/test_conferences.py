import json
from datetime import UTC, datetime

import pytest
from rest_framework.renderers import JSONRenderer
from samples import a_plan, published

from events.models import Conference
from events.serializers import ConferenceRow
from presentations.models import Presentation

pytestmark = pytest.mark.django_db


def iso(moment):
    return moment.isoformat().replace("+00:00", "Z")


def detail(conference):
    location = conference.location
    return {
        "href": f"/api/conferences/{conference.pk}/",
        "id": conference.pk,
        "name": conference.name,
        "description": conference.description,
        "max_presentations": conference.max_presentations,
        "max_attendees": conference.max_attendees,
        "starts": iso(conference.starts),
        "ends": iso(conference.ends),
        "created": iso(conference.created),
        "updated": iso(conference.updated),
        "revision": conference.revision,
        "location": {
            "href": f"/api/locations/{location.pk}/",
            "id": location.pk,
            "name": location.name,
            "picture_url": location.picture_url,
        },
    }


def test_the_list_has_the_keys_of_the_course_first_and_then_what_a_copy_needs(browser, conference):
    answer = browser.get("/api/conferences/")

    row = {
        "href": f"/api/conferences/{conference.pk}/",
        "id": conference.pk,
        "name": "DjangoDay",
        "starts": "2030-05-01T09:00:00Z",
        "ends": "2030-05-03T17:00:00Z",
        "max_attendees": 100,
        "updated": iso(conference.updated),
        "revision": 1,
    }
    assert answer.json() == {"conferences": [row]}
    assert list(answer.json()["conferences"][0]) == list(row)


def test_the_list_says_of_each_what_its_serializer_says(browser, conference):
    row = json.loads(JSONRenderer().render(ConferenceRow(conference).data))

    assert browser.get("/api/conferences/").json() == {"conferences": [row]}


def test_the_list_is_ordered_by_start_and_then_name(browser, desk, location):
    for name, day in (("C", "2030-01-02"), ("B", "2030-01-01"), ("A", "2030-01-02")):
        desk.post("/api/conferences/", a_plan(location.pk, name=name, starts=day), format="json")

    names = [row["name"] for row in browser.get("/api/conferences/").json()["conferences"]]

    assert names == ["B", "A", "C"]


def test_a_planned_conference_is_answered_in_full_and_published(desk, location):
    answer = desk.post("/api/conferences/", a_plan(location.pk), format="json")

    conference = Conference.objects.get()
    assert (answer.status_code, answer.json()) == (201, detail(conference))
    assert published()[-1] == (
        "conference.changed",
        {
            "id": conference.pk,
            "name": "DjangoDay",
            "starts": "2030-05-01T09:00:00+00:00",
            "ends": "2030-05-03T17:00:00+00:00",
            "max_attendees": 100,
            "updated": conference.updated.isoformat(),
            "revision": 1,
        },
    )


def test_a_day_without_a_time_is_its_midnight(desk, location):
    desk.post("/api/conferences/", a_plan(location.pk, starts="2030-05-01", ends="2030-05-02"), format="json")

    conference = Conference.objects.get()
    assert (conference.starts, conference.ends) == (datetime(2030, 5, 1, tzinfo=UTC), datetime(2030, 5, 2, tzinfo=UTC))


def test_the_detail_comes_with_the_weather_which_nobody_knows_without_a_key(browser, conference):
    answer = browser.get(f"/api/conferences/{conference.pk}/")

    assert answer.json() == {"conference": detail(conference), "weather": None}


def test_a_change_may_name_some_fields_only_and_is_published_as_the_next_revision(desk, conference):
    answer = desk.put(f"/api/conferences/{conference.pk}/", {"name": "PyDay"}, format="json")

    changed = Conference.objects.get()
    assert (answer.status_code, answer.json()) == (200, detail(changed))
    assert (changed.name, changed.max_attendees, changed.revision) == ("PyDay", 100, 2)
    assert [(type_, body["name"], body["revision"]) for type_, body in published()] == [
        ("conference.changed", "PyDay", 2)
    ]


def test_a_deleted_conference_takes_its_presentations_along_and_is_published(desk, presentation):
    number = presentation.conference_id

    answer = desk.delete(f"/api/conferences/{number}/")

    assert (answer.status_code, answer.json()) == (200, {"deleted": True})
    assert (Conference.objects.count(), Presentation.objects.count()) == (0, 0)
    assert [(type_, body["id"], body["revision"]) for type_, body in published()] == [("conference.deleted", number, 2)]
    assert desk.delete(f"/api/conferences/{number}/").status_code == 404


@pytest.mark.parametrize("change", [{"ends": "2030-04-30T00:00:00Z"}, {"starts": "2030-06-01T00:00:00Z"}])
def test_a_conference_cannot_end_before_it_starts(desk, conference, change):
    answer = desk.put(f"/api/conferences/{conference.pk}/", change, format="json")

    assert answer.status_code == 400
    assert answer.json()["errors"] == {"ends": ["A conference cannot end before it starts."]}
    assert published() == []
