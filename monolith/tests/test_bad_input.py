"""Whatever is sent, the answer is a 4xx in JSON that says what is wrong."""

import json

import pytest
from rest_framework.test import APIClient
from samples import ADA, HALL, TALK, a_plan

from events.models import Conference, Location
from presentations.models import Presentation

pytestmark = pytest.mark.django_db
MISSING = 2**40

# path → what one may ask for there
PATHS = {
    "/api/": "get",
    "/api/health/": "get",
    "/api/states/": "get",
    "/api/conferences/": "get post",
    "/api/conferences/{conference}/": "get put delete",
    "/api/locations/": "get post",
    "/api/locations/{location}/": "get put delete",
    "/api/conferences/{conference}/presentations/": "get post",
    "/api/presentations/{presentation}/": "get put delete",
    "/api/presentations/{presentation}/approval/": "put",
    "/api/presentations/{presentation}/rejection/": "put",
    "/api/accounts/": "get post",
    "/api/accounts/ada@example.com/": "get put delete",
    "/api/token/": "post delete",
}
METHODS = ("get", "post", "put", "patch", "delete")
READS_A_BODY = [
    (method, path)
    for path, methods in PATHS.items()
    for method in ("post", "put")
    if method in methods.split() and not path.endswith(("approval/", "rejection/"))
]
# What is sent, to where a whole one would be fine, with one field wrong
CONFERENCES, LOCATIONS = "/api/conferences/", "/api/locations/"
TALKS = "/api/conferences/{conference}/presentations/"
WRONG_FIELDS = [
    *[(CONFERENCES, name, value) for name in ("name", "description") for value in (None, [], {}, "a\0b", "\ud800")],
    (CONFERENCES, "name", ""),
    *[
        (CONFERENCES, name, value)
        for name in ("starts", "ends")
        for value in ("", None, 7, "soon", "2030-13-01", "\0", [])
    ],
    (CONFERENCES, "starts", "0001-01-01T00:00:00+14:00"),
    (CONFERENCES, "ends", "9999-12-31T23:59:59-12:00"),
    *[
        (CONFERENCES, name, value)
        for name in ("max_presentations", "max_attendees")
        for value in (-1, 2**31, 10**400, "many", None, 1.5, "", [])
    ],
    *[(CONFERENCES, "location", value) for value in (MISSING, 2**70, -1, "x", None, True, [], {"id": 1}, "\0")],
    (CONFERENCES, "name", "x" * 201),
    *[(LOCATIONS, name, value) for name in ("name", "city") for value in ("", None, {}, "\0", "x" * 201)],
    *[(LOCATIONS, "room_count", value) for value in (-1, 2**31, "x", None)],
    *[(LOCATIONS, "state", value) for value in ("XX", "", None, 5, [], {"a": 1}, "\0\0", "\ud800", "California")],
    *[(TALKS, name, value) for name in ("presenter_name", "title", "synopsis") for value in (None, [], "\0")],
    *[(TALKS, name, "") for name in ("presenter_name", "title")],
    *[(TALKS, "presenter_email", value) for value in ("", None, "x", "a@b", "a b@example.com", "\0@example.com")],
    (TALKS, "company_name", "x" * 151),
    *[("/api/accounts/", "email", value) for value in ("", None, "x", "\0@example.com", f"{'x' * 260}@example.com")],
    *[("/api/accounts/", "username", value) for value in ("", None, "a b", "a\0", "x" * 151)],
    *[("/api/accounts/", "password", value) for value in ("", None, [], "x" * 129)],
    *[("/api/accounts/", name, value) for name in ("first_name", "last_name") for value in ("", None, "\0", "x" * 151)],
    *[("/api/token/", name, value) for name in ("username", "password") for value in ("", None, [], "\0")],
]


@pytest.fixture
def at(presentation, ada):
    """Puts real numbers into a path."""
    conference = presentation.conference
    numbers = {"conference": conference.pk, "location": conference.location_id, "presentation": presentation.pk}
    return lambda path: path.format(**numbers)


def good_body(path, conference):
    return {
        CONFERENCES: a_plan(conference.location_id),
        LOCATIONS: HALL,
        TALKS: TALK,
        "/api/accounts/": ADA | {"username": "new", "email": "new@example.com"},
        "/api/token/": {"username": "ada", "password": "difference-engine"},
    }[path]


def refused(answer, *statuses):
    """The body of an answer that is one of these errors, in our shape."""
    assert answer.status_code in statuses, answer.content
    assert answer.headers["Content-Type"] == "application/json"
    body = answer.json()
    assert body["message"]
    assert {"message", "code", "errors"} <= set(body)
    return body


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", METHODS)
def test_a_method_that_a_path_does_not_have(desk, at, method, path):
    if method in PATHS[path].split():
        return

    body = refused(getattr(desk, method)(at(path)), 405)

    assert body["code"] == "method_not_allowed"


@pytest.mark.parametrize("path", [path for path in PATHS if "{" in path])
@pytest.mark.parametrize("number", [MISSING, 0, 2**63, 10**30, "9" * 5000, "x", "-1", "1.0", "%00"])
def test_a_number_that_nothing_has(desk, path, number):
    path = path.format(conference=number, location=number, presentation=number)
    for method in METHODS:
        refused(getattr(desk, method)(path), *((404, 405) if number in (MISSING, 0, 2**63, 10**30) else (404,)))


@pytest.mark.parametrize("path", ["/api/nothing/", "/api/conferences/1/nothing/", "/api/accounts/a%00b/", "/api/%ff/"])
def test_a_path_that_is_not_there(desk, path):
    refused(desk.get(path), 404)


@pytest.mark.parametrize(("method", "path"), READS_A_BODY)
@pytest.mark.parametrize(
    "body", ["", "{", "[1", "nul", '{"a": NaN}', '"\\', b"\xff\xfe", "[" * 100_000, '{"a":' * 100_000]
)
def test_a_body_that_is_not_json(desk, at, method, path, body):
    if body == "" and method == "put":
        return  # changes nothing, as {} does

    answer = getattr(desk, method)(at(path), body, content_type="application/json")

    refused(answer, 400)


@pytest.mark.parametrize(("method", "path"), READS_A_BODY)
@pytest.mark.parametrize("body", ["[]", "null", "7", '"text"', "true", "[{}]"])
def test_a_body_that_is_not_an_object(desk, at, method, path, body):
    answer = getattr(desk, method)(at(path), body, content_type="application/json")

    refused(answer, 400)


@pytest.mark.parametrize(("method", "path"), READS_A_BODY)
@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "x"])
def test_a_body_of_another_kind(desk, at, method, path, kind):
    body = refused(getattr(desk, method)(at(path), "name=x", content_type=kind), 415)

    assert kind in body["message"]


@pytest.mark.parametrize(("method", "path"), READS_A_BODY)
def test_a_body_that_is_too_large(desk, at, method, path):
    large = '{"name": "' + "x" * 1024 * 1024 + '"}'

    refused(getattr(desk, method)(at(path), large, content_type="application/json"), 413)


@pytest.mark.parametrize(("path", "field", "value"), WRONG_FIELDS, ids=lambda value: ascii(value)[:40])
def test_a_wrong_field_is_named(desk, at, conference, path, field, value):
    before = (Conference.objects.count(), Location.objects.count(), Presentation.objects.count())

    sent = json.dumps(good_body(path, conference) | {field: value})

    body = refused(desk.post(at(path), sent, content_type="application/json"), 400)

    assert list(body["errors"]) == [field]
    assert body["message"].startswith(f"{field}: ")
    assert (Conference.objects.count(), Location.objects.count(), Presentation.objects.count()) == before


@pytest.mark.parametrize("path", [CONFERENCES, LOCATIONS, TALKS, "/api/token/"])
def test_every_missing_field_is_named(desk, at, conference, path):
    body = refused(desk.post(at(path), {}, format="json"), 400)

    needed = set(good_body(path, conference)) - {"company_name", "description", "synopsis"}
    assert set(body["errors"]) == needed
    assert all(field in body["message"] for field in needed)


def test_a_wrong_password_does_not_say_whether_there_is_such_a_person(browser, ada):
    bodies = [
        refused(browser.post("/api/token/", {"username": name, "password": "wrong"}, format="json"), 400)
        for name in ("ada", "nobody")
    ]

    assert bodies[0] == bodies[1]


def test_a_host_that_is_not_ours():
    answer = APIClient(raise_request_exception=False).get("/api/conferences/", headers={"host": "evil.example.com"})

    assert refused(answer, 400)["code"] == "unknown_host"
