"""Conferences of a monolith of the course, which lists neither revisions nor seats nor, often, dates."""

import pytest
from samples import a_conference, listed

from attendees.copies import copy_conferences
from attendees.models import ConferenceVO, Observation

pytestmark = pytest.mark.django_db

COPIES = "/api/copies/conferences/"
TAKEN = {"changed": 1, "removed": 0, "duplicated": 0}


def polled(service, *conferences, gone=()):
    answer = service.put(COPIES, {"conferences": conferences, "gone": list(gone)}, format="json")
    assert answer.status_code == 200, answer.json()
    return answer.json()


def theirs(name="TheirDay", **more):
    return {"href": "/api/conferences/3/", "id": 3, "name": name, **more}


def test_a_name_is_enough_and_there_are_always_seats(service, browser):
    assert polled(service, theirs()) == TAKEN

    for number in range(3):
        person = {"name": "Ada", "email": f"ada{number}@example.com", "conference": "/api/conferences/3/"}
        assert browser.post("/api/attendees/", person, format="json").status_code == 201


def test_what_it_does_list_counts(service):
    polled(service, theirs(max_attendees=2, starts="2030-05-01T09:00:00+00:00"))

    copy = ConferenceVO.objects.get(pk=3)
    assert (copy.max_attendees, copy.starts.year, copy.ends, copy.revision) == (2, 2030, None, 0)


def test_a_change_is_copied_and_the_same_again_changes_nothing(service):
    polled(service, theirs())

    assert polled(service, theirs()) == {"changed": 0, "removed": 0, "duplicated": 0}
    assert polled(service, theirs("RenamedDay")) == TAKEN
    assert ConferenceVO.objects.get(pk=3).name == "RenamedDay"


def test_one_that_is_gone_may_come_back_with_a_database_that_began_anew(service):
    polled(service, theirs())

    assert polled(service, gone=[3]) == {"changed": 0, "removed": 1, "duplicated": 0}
    assert polled(service, theirs()) == TAKEN
    assert not ConferenceVO.objects.get(pk=3).deleted


def test_it_never_counts_against_a_revision(service):
    copy_conferences([a_conference(3, revision=5)])

    polled(service, theirs())

    assert ConferenceVO.objects.get(pk=3).name == a_conference(3).name


def test_states_that_nobody_can_tell_apart_are_not_noted(service):
    polled(service, theirs())
    polled(service, theirs("RenamedDay"))

    assert not Observation.objects.exists()


def test_with_a_revision_everything_else_has_to_be_there(service):
    body = {"conferences": [{name: each for name, each in listed().items() if name not in ("starts", "updated")}]}

    answer = service.put(COPIES, body, format="json")

    required = ["This field is required."]
    assert answer.status_code == 400
    assert answer.json()["errors"] == {"conferences.0.starts": required, "conferences.0.updated": required}
