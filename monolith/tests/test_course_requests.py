"""What pages and programs of the course send, which is not quite what the API asks for, is taken even so."""

import json

import pytest
from django.http import HttpResponse
from rest_framework.test import APIClient
from samples import TALK, a_plan

from events.models import Conference
from presentations.models import Presentation

pytestmark = pytest.mark.django_db
LISTED = "http://localhost:3000"
TYPES = ["", "text/plain", "text/plain;charset=UTF-8", "application/x-www-form-urlencoded", "application/octet-stream"]


@pytest.fixture(autouse=True)
def listed(settings):
    settings.CORS_ALLOWED_ORIGINS = [LISTED]


def without(body: dict, name: str) -> dict:
    return {other: value for other, value in body.items() if other != name}


@pytest.mark.parametrize("change", [lambda body: body | {"description": ""}, lambda body: without(body, "description")])
def test_a_conference_needs_no_description(desk, location, change):
    answer = desk.post("/api/conferences/", change(a_plan(location.pk)), format="json")

    assert (answer.status_code, answer.json().get("description")) == (201, "")
    assert Conference.objects.get().description == ""


@pytest.mark.parametrize("name", ["synopsis", "company_name"])
@pytest.mark.parametrize("is_blank", [True, False])
def test_a_presentation_needs_neither_synopsis_nor_company(browser, conference, name, is_blank):
    body = TALK | {name: ""} if is_blank else without(TALK, name)

    answer = browser.post(f"/api/conferences/{conference.pk}/presentations/", body, format="json")

    assert answer.status_code == 201, answer.content
    assert not getattr(Presentation.objects.get(), name)


def offered(browser, conference, body: str, content_type: str, **headers: str) -> HttpResponse:
    """The answer to a presentation that is sent as it is."""
    path = f"/api/conferences/{conference.pk}/presentations/"
    return browser.generic("POST", path, body, content_type, headers=headers)


@pytest.mark.parametrize("content_type", TYPES)
def test_json_needs_not_say_that_it_is(browser, conference, content_type):
    answer = offered(browser, conference, json.dumps(TALK), content_type)

    assert (answer.status_code, answer.json()["title"]) == (201, TALK["title"])


@pytest.mark.parametrize("content_type", TYPES)
def test_what_is_no_json_is_still_refused(browser, conference, content_type):
    answer = offered(browser, conference, "title=The+first+bug", content_type)

    assert answer.status_code == 415
    assert answer.json()["message"]
    assert not Presentation.objects.exists()


def test_json_that_another_sites_form_sends_is_refused(browser, conference):
    sent = {"sec-fetch-site": "cross-site", "origin": "http://elsewhere.example"}

    answer = offered(browser, conference, json.dumps(TALK), "text/plain", **sent)

    assert answer.status_code == 415
    assert not Presentation.objects.exists()


def test_json_that_a_listed_page_sends_is_taken(browser, conference):
    answer = offered(
        browser, conference, json.dumps(TALK), "text/plain", **{"sec-fetch-site": "cross-site", "origin": LISTED}
    )

    assert answer.status_code == 201


@pytest.mark.parametrize("path", ["//api/conferences/", "/api//conferences", "///api/conferences//"])
def test_doubled_slashes_are_one(desk, conference, location, path):
    # From the root of a host, as a client sends it: the test client would take the first part for the host's name.
    listed = desk.get("/", PATH_INFO=path)
    made = desk.generic("POST", "/", json.dumps(a_plan(location.pk)), "application/json", PATH_INFO=path)

    assert [each["id"] for each in listed.json()["conferences"]] == [conference.pk]
    assert made.status_code == 201


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/accounts/", "{", 400),
        ("/api/nowhere/", "{}", 404),
        ("/login/", "{}", 404),
        ("/api/accounts/", "x" * 3_000_000, 413),
    ],
)
def test_a_page_of_a_listed_origin_can_read_its_errors(browser, path, body, status):
    answer = browser.generic("POST", path, body, "application/json", headers={"origin": LISTED})

    assert (answer.status_code, answer.headers.get("Access-Control-Allow-Origin")) == (status, LISTED)
    assert answer.json()["message"]


@pytest.mark.parametrize("path", ["/api/accounts/", "//api/accounts/", "/login/"])
def test_a_browser_that_asks_first_may_send(browser, path):
    asks = {"origin": LISTED, "access-control-request-method": "POST"}

    answer = browser.generic("OPTIONS", "/", PATH_INFO=path, headers=asks)

    assert (answer.status_code, answer.headers.get("Access-Control-Allow-Origin")) == (200, LISTED)


def test_a_page_asks_without_cookies_unless_in_course_mode(browser):
    answer = browser.get("/api/conferences/", headers={"origin": LISTED})

    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("name", ["content-type", "x-csrftoken", "x-requested-with", "authorization"])
def test_a_page_may_send_the_headers_that_the_course_allows(browser, name):
    asks = {"origin": LISTED, "access-control-request-method": "POST", "access-control-request-headers": name}

    answer = browser.options("/api/conferences/", headers=asks)

    assert name in answer.headers["Access-Control-Allow-Headers"].split(", ")


def test_a_page_of_another_origin_cannot(browser):
    answer = browser.get("/api/nowhere/", headers={"origin": "http://elsewhere.example"})

    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("path", ["/login/", "/login"])
def test_the_courses_log_in_says_what_to_use(browser, path):
    answer = browser.post(path, {"username": "ada", "password": "difference-engine"})

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert "/api/token/" in answer.json()["message"]
    assert "COGO_COURSE=1" in answer.json()["message"]


@pytest.mark.parametrize(("is_course", "status"), [(False, 403), (True, 201)])
def test_a_page_with_the_cookie_of_the_admin_is_not_refused_in_course_mode(
    organiser, location, settings, is_course, status
):
    settings.COGO_COURSE = settings.COGO_OPEN_API = is_course
    page = APIClient(enforce_csrf_checks=True)
    page.force_login(organiser)

    answer = page.post("/api/conferences/", a_plan(location.pk), format="json", headers={"origin": LISTED})

    assert answer.status_code == status


@pytest.mark.parametrize(("is_course", "weather"), [(False, None), (True, {"description": None, "temp": None})])
def test_weather_that_nobody_knows_can_be_looked_into_in_course_mode(browser, conference, settings, is_course, weather):
    settings.COGO_COURSE = is_course
    settings.OPEN_WEATHER_API_KEY = ""

    assert browser.get(f"/api/conferences/{conference.pk}/").json()["weather"] == weather
