"""People use the API in a browser: what its pages send works."""

import pytest
from rest_framework.test import APIClient
from samples import ADA, HALL, TALK

from events.models import Location
from presentations.models import Presentation

pytestmark = pytest.mark.django_db
HTML = {"accept": "text/html"}


@pytest.fixture
def page(organiser):
    """The organiser's browser, which keeps cookies and is checked for CSRF."""
    browser = APIClient(enforce_csrf_checks=True, raise_request_exception=False)
    browser.force_login(organiser)
    return browser


def form(page, path):
    """The page, and the headers with which its forms are sent."""
    shown = page.get(path, headers=HTML)
    assert shown.status_code == 200
    headers = {"X-CSRFToken": page.cookies["monolith_csrf"].value, **HTML}
    return shown.content.decode(), headers


def test_a_form_adds_a_location(page, organiser):
    shown, headers = form(page, "/api/locations/")

    answer = page.post("/api/locations/", HALL, format="multipart", headers=headers)

    assert all(f'name="{field}"' in shown for field in HALL)
    assert answer.status_code == 201
    assert Location.objects.get().name == HALL["name"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/api/conferences/{0.conference_id}/", "DjangoDay"),
        ("/api/locations/{0.conference.location_id}/", "Moscone Center"),
        ("/api/presentations/{0.pk}/", "The first bug"),
    ],
)
def test_a_form_for_changes_is_filled_in(page, presentation, path, value):
    shown, _ = form(page, path.format(presentation))

    assert f'value="{value}"' in shown


def test_a_form_changes_what_was_offered(page, presentation):
    path = f"/api/presentations/{presentation.pk}/"
    _, headers = form(page, path)

    answer = page.put(path, TALK | {"title": "Another"}, format="multipart", headers=headers)

    assert answer.status_code == 200
    assert Presentation.objects.get().title == "Another"


def test_a_wrong_field_is_shown_on_the_page(page, organiser):
    _, headers = form(page, "/api/locations/")

    answer = page.post("/api/locations/", HALL | {"room_count": "many"}, format="multipart", headers=headers)

    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "text/html; charset=utf-8")
    assert "A valid integer is required." in answer.content.decode()


def test_a_form_without_its_token_is_refused(page, organiser):
    assert page.post("/api/locations/", HALL, format="multipart").status_code == 403


def test_a_form_of_another_site_is_refused(browser, organiser):
    body = ADA | {"username": "new", "email": "new@example.com"}

    answer = browser.post("/api/accounts/", body, format="multipart", headers={"sec-fetch-site": "cross-site"})

    assert answer.status_code == 415


def test_filters_are_shown_and_ask_nothing_while_they_are_empty(page, conference):
    shown = page.get("/api/conferences/", headers=HTML).content.decode()
    asked = page.get("/api/conferences/?state=&starts_after=&starts_before=&search=", headers=HTML)

    assert all(f'name="{name}"' in shown for name in ("state", "starts_after", "starts_before", "search"))
    assert b"DjangoDay" in asked.content
