"""Whatever is wrong, the answer is JSON, says so in words, and is never a 500."""

import json

import pytest
from samples import a_conference

from attendees.actions import register
from attendees.copies import copy_conferences, delete_missing
from attendees.models import Attendee

pytestmark = pytest.mark.django_db

GRACE = {"name": "Grace", "email": "grace@example.com", "conference": 3}


def refused(answer, status):
    """The answer's body, which must be an error of the one shape."""
    assert answer.status_code == status, answer.content
    body = answer.json()
    assert set(body) == {"message", "code", "errors"}
    assert body["message"]
    return body


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": None}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "nul\0"}, "name"),
        ({"name": "half a character \ud800"}, "name"),
        ({"name": {"first": "Grace"}}, "name"),
        ({"email": "grace"}, "email"),
        ({"email": ["grace@example.com"]}, "email"),
        ({"email": f"{'x' * 250}@example.com"}, "email"),
        ({"company_name": "x" * 201}, "company_name"),
        ({"conference": None}, "conference"),
        ({"conference": ""}, "conference"),
        ({"conference": True}, "conference"),
        ({"conference": 3.5}, "conference"),
        ({"conference": 0}, "conference"),
        ({"conference": -3}, "conference"),
        ({"conference": 2**63}, "conference"),
        ({"conference": "9" * 400}, "conference"),
        ({"conference": "DjangoDay"}, "conference"),
        ({"conference": "/api/locations/3/"}, "conference"),
        ({"conference": [3]}, "conference"),
        ({"conference": {"id": 3}}, "conference"),
    ],
)
def test_a_wrong_field_is_named(browser, conference, wrong, field):
    text = json.dumps({**GRACE, **wrong})

    body = refused(browser.post("/api/attendees/", text, content_type="application/json"), 400)

    assert list(body["errors"]) == [field]
    assert body["message"].startswith(f"{field}: ")


def test_every_missing_field_is_named(browser):
    body = refused(browser.post("/api/attendees/", {}, format="json"), 400)

    assert sorted(body["errors"]) == ["conference", "email", "name"]


@pytest.mark.parametrize(
    "text", ["", "{", "null", "[]", "3", '"x"', "[" * 100_000, '{"name": NaN}', '{"conference": ' + "9" * 5000 + "}"]
)
@pytest.mark.parametrize("path", ["/api/attendees/", "/api/conferences/3/attendees/"])
def test_a_body_that_is_no_json_object_is_refused(browser, conference, text, path):
    refused(browser.post(path, text, content_type="application/json"), 400)


def test_bytes_that_are_no_text_are_refused(browser, conference):
    refused(browser.post("/api/attendees/", b'{"name": "\xff"}', content_type="application/json"), 400)


def test_another_content_type_is_refused(browser):
    refused(browser.post("/api/attendees/", "name=Grace", content_type="application/x-www-form-urlencoded"), 415)


def test_a_body_of_more_than_a_mebibyte_is_refused(browser):
    body = '{"name": "' + "x" * 1024 * 1024 + '"}'

    assert "1048576" in refused(browser.post("/api/attendees/", body, content_type="application/json"), 413)["message"]


def test_a_wrong_method_is_refused(browser):
    refused(browser.patch("/api/attendees/"), 405)
    refused(browser.post("/api/conferences/", {}, format="json"), 405)


@pytest.mark.parametrize(
    "path",
    [
        "/api/nothing",
        "/api/attendees/1/",
        f"/api/attendees/{2**63}/",
        f"/api/attendees/{'9' * 400}/",
        "/api/attendees/x/",
        "/api/conferences/7/attendees/",
    ],
)
def test_what_is_not_there_is_a_404_in_json(browser, path):
    refused(browser.get(path), 404)


def test_an_unknown_badge_is_a_404(browser):
    refused(browser.post("/api/attendees/1/badge/"), 404)


@pytest.mark.parametrize("host", ["evil.example", "evil_microservice:8001", "a b"])
def test_an_unknown_host_is_refused(browser, host):
    refused(browser.get("/api/attendees/", headers={"host": host}), 400)


def test_the_courses_host_name_is_known_although_it_has_an_underscore(browser):
    assert browser.get("/api/attendees/", headers={"host": "attendees_microservice:8001"}).status_code == 200


def test_a_conference_that_is_not_known_yet_says_how_it_will_be(browser):
    body = refused(browser.post("/api/attendees/", {**GRACE, "conference": 8}, format="json"), 400)

    assert body["code"] == "unknown_conference"
    assert "with the next poll" in body["errors"]["conference"][0]


def test_a_deleted_conference_takes_nobody(browser, conference):
    delete_missing([3])

    refused(browser.post("/api/attendees/", GRACE, format="json"), 400)
    refused(browser.post("/api/conferences/3/attendees/", GRACE, format="json"), 404)
    assert not Attendee.objects.exists()


def test_a_full_conference_takes_nobody_more(browser, conference):
    copy_conferences([a_conference(3, revision=2, name="DjangoDay", max_attendees=1)])
    register(3, name="Ada", email="ada@example.com")

    body = refused(browser.post("/api/attendees/", GRACE, format="json"), 409)

    assert body["errors"] == {"conference": ["DjangoDay is full: all 1 seats are taken. Choose another conference."]}
    assert Attendee.objects.count() == 1


def test_one_address_registers_once_per_conference(browser, conference):
    register(3, name="Grace", email="grace@example.com")
    copy_conferences([a_conference(4)])

    again = browser.post("/api/attendees/", {**GRACE, "email": "GRACE@example.com"}, format="json")
    elsewhere = browser.post("/api/attendees/", {**GRACE, "conference": 4}, format="json")

    assert refused(again, 409)["code"] == "already_registered"
    assert elsewhere.status_code == 201


def test_an_address_may_not_be_changed_to_one_that_is_registered(service, conference):
    register(3, name="Grace", email="grace@example.com")
    ada = register(3, name="Ada", email="ada@example.com")

    refused(service.put(f"/api/attendees/{ada.pk}/", {"email": "Grace@example.com"}, format="json"), 409)


@pytest.mark.parametrize("method", ["put", "delete"])
def test_a_stranger_may_not_change_or_remove_anyone(browser, conference, method):
    grace = register(3, name="Grace", email="grace@example.com")

    answer = getattr(browser, method)(f"/api/attendees/{grace.pk}/", {"name": "X"}, format="json")

    assert "COGO_OPEN_API=1" in refused(answer, 401)["message"]
    assert answer.headers["WWW-Authenticate"] == "Service"


def test_a_wrong_service_token_is_refused(browser):
    for token in ("wrong", "", "ümlaut"):
        answer = browser.get("/api/copies/conferences/", headers={"authorization": f"Service {token}"})
        refused(answer, 401)


def test_an_open_api_lets_course_programs_change(browser, conference, settings):
    settings.COGO_OPEN_API = True
    grace = register(3, name="Grace", email="grace@example.com")

    assert browser.put(f"/api/attendees/{grace.pk}/", {"name": "G"}, format="json").status_code == 200
    assert browser.delete(f"/api/attendees/{grace.pk}/").status_code == 200
