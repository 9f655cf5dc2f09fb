"""What the poller hands on."""

import pytest
from django.utils import timezone
from samples import a_conference, listed

from attendees.copies import copy_conferences, delete_conferences, live_ids
from attendees.models import ConferenceVO, Observation
from attendees.records import ConferenceDeletion

pytestmark = pytest.mark.django_db

COPIES = "/api/copies/conferences/"


@pytest.mark.parametrize("slash", ["/", ""])
def test_what_is_new_is_copied_and_what_is_gone_is_removed(service, slash):
    copy_conferences([a_conference(1), a_conference(2)])
    body = {"conferences": [listed(2), listed(3)], "gone": [1, 77]}

    answer = service.put(COPIES.rstrip("/") + slash, body, format="json")

    assert (answer.status_code, answer.json()) == (200, {"changed": 1, "removed": 1, "duplicated": 0})
    assert service.get(COPIES).json() == {"ids": [2, 3]}


def test_the_same_again_changes_nothing(service):
    body = {"conferences": [listed(3)], "gone": []}
    service.put(COPIES, body, format="json")

    answer = service.put(COPIES, body, format="json")

    assert answer.json() == {"changed": 0, "removed": 0, "duplicated": 1}
    assert Observation.objects.count() == 1


def test_a_stale_list_takes_nothing_back(service):
    copy_conferences([a_conference(3, revision=5)])

    service.put(COPIES, {"conferences": [listed(3, revision=4)], "gone": []}, format="json")

    assert ConferenceVO.objects.get(pk=3).revision == 5
    assert list(Observation.objects.values_list("lane", "revision", "first")) == [("poll", 4, False)]


def test_a_deletion_that_the_feed_told_of_has_its_time(service):
    copy_conferences([a_conference(3)])
    deletion = {"id": 3, "revision": 2, "updated": timezone.now().isoformat(), "deleted": True}

    answer = service.put(COPIES, {"conferences": [], "deleted": [deletion]}, format="json")

    assert answer.json() == {"changed": 0, "removed": 1, "duplicated": 0}
    (observation,) = Observation.objects.values("lane", "revision", "deleted", "lag_ms", "first")
    lag = pytest.approx(0, abs=500)
    assert observation == {"lane": "poll", "revision": 2, "deleted": True, "lag_ms": lag, "first": True}


def test_a_deletion_that_a_list_no_longer_had_has_none(service):
    copy_conferences([a_conference(3)])

    service.put(COPIES, {"conferences": [], "gone": [3]}, format="json")

    (observation,) = Observation.objects.values("lane", "revision", "deleted", "lag_ms", "first")
    assert observation == {"lane": "poll", "revision": 2, "deleted": True, "lag_ms": None, "first": True}


def test_unless_a_message_had_told_it(service):
    copy_conferences([a_conference(3)])
    delete_conferences([ConferenceDeletion(3, 2, timezone.now())])

    answer = service.put(COPIES, {"conferences": [], "gone": [3]}, format="json")

    assert answer.json() == {"changed": 0, "removed": 0, "duplicated": 0}
    (observation,) = Observation.objects.values("revision", "lag_ms", "first")
    assert observation == {"revision": 2, "lag_ms": pytest.approx(0, abs=500), "first": False}


def test_nothing_of_a_wrong_body_is_applied(service):
    body = {"conferences": [listed(1), {**listed(2), "revision": "new"}], "gone": []}

    answer = service.put(COPIES, body, format="json")

    assert answer.status_code == 400
    assert answer.json()["errors"] == {"conferences.1.revision": ["A valid integer is required."]}
    assert live_ids() == set()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "conferences"),
        ({"conferences": None}, "conferences"),
        ({"conferences": {}}, "conferences"),
        ({"conferences": [], "gone": 3}, "gone"),
        ({"conferences": [], "gone": ["x"]}, "gone.0"),
        ({"conferences": [3]}, "conferences.0"),
        ({"conferences": [], "deleted": [3]}, "deleted.0"),
        ({"conferences": [], "deleted": [{"id": 3, "revision": 2}]}, "deleted.0.updated"),
        ({"conferences": [listed(name="nul\0")]}, "conferences.0.name"),
        ({"conferences": [{**listed(), "id": 2**63}]}, "conferences.0.id"),
        ({"conferences": [listed(max_attendees=-1)]}, "conferences.0.max_attendees"),
        ({"conferences": [listed(starts="soon")]}, "conferences.0.starts"),
    ],
)
def test_a_wrong_body_is_told_where_it_is_wrong(service, body, field):
    answer = service.put(COPIES, body, format="json")

    assert answer.status_code == 400
    assert any(each == field or each.startswith(f"{field}.") for each in answer.json()["errors"])


@pytest.mark.parametrize("method", ["get", "put"])
def test_only_our_own_services_may(browser, method):
    answer = getattr(browser, method)(COPIES, {"conferences": [], "gone": []}, format="json")

    assert answer.status_code == 401
    assert "SERVICE_TOKEN" in answer.json()["message"]
