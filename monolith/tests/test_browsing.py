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


def test_every_path_in_an_answer_is_a_link(page, presentation):
    lists, _ = form(page, "/api/conferences/?search=")
    own, _ = form(page, f"/api/presentations/{presentation.pk}/")
    accounts, _ = form(page, "/api/accounts/")

    assert f'<a href="/api/conferences/{presentation.conference_id}/">/api/conferences/' in lists
    assert f'<a href="/api/presentations/{presentation.pk}/">' in own
    assert f'<a href="/api/conferences/{presentation.conference_id}/">' in own
    assert '<a href="/api/accounts/olga%40conference.go/">/api/accounts/olga&#64;conference.go/</a>' in accounts
    assert "mailto:olga%40conference.go/" not in accounts


def test_what_somebody_wrote_is_no_markup(page, presentation):
    Presentation.objects.update(title='"/api/<b>x</b>/"')

    shown, _ = form(page, f"/api/presentations/{presentation.pk}/")

    assert "<b>x</b>" not in shown


def test_a_presentation_has_buttons_until_it_is_decided(page, browser, presentation):
    path = f"/api/presentations/{presentation.pk}/"
    shown, headers = form(page, path)
    assert [f'action="{path}{deed}/" data-method="PUT"' in shown for deed in ("approval", "rejection")] == [True, True]
    assert f"{path}approval/" not in browser.get(path, headers=HTML).content.decode()

    assert page.put(f"{path}approval/", headers=headers).status_code == 200

    assert f"{path}approval/" not in form(page, path)[0]


def test_a_conference_leads_to_its_presentations_and_attendees(page, conference, settings):
    path = f"/api/conferences/{conference.pk}/"

    shown, _ = form(page, path)

    assert f'href="{path}presentations/"' in shown
    assert f'href="{settings.ATTENDEES_URL}{path}attendees/"' in shown


@pytest.mark.parametrize("method", ["post", "put"])
def test_a_refused_form_keeps_what_was_typed_and_marks_the_field(page, presentation, method):
    path = "/api/locations/" if method == "post" else f"/api/locations/{presentation.conference.location_id}/"
    _, headers = form(page, path)
    typed = HALL | {"name": "Typed in vain", "room_count": "many"}

    shown = getattr(page, method)(path, typed, format="multipart", headers=headers).content.decode()

    assert 'value="Typed in vain"' in shown
    assert 'value="many"' in shown
    assert "has-error" in shown


def test_after_something_was_added_the_form_is_ready_for_the_next(page, organiser):
    _, headers = form(page, "/api/locations/")

    shown = page.post("/api/locations/", HALL | {"name": "Added"}, format="multipart", headers=headers).content.decode()

    assert "HTTP 201" in shown.replace("<b>", "")
    assert 'value="Added"' not in shown


def test_each_page_leads_home_by_a_header_of_ours(page, conference):
    shown, _ = form(page, f"/api/conferences/{conference.pk}/")

    assert '<a class="navbar-brand" href="/">Conference GO</a>' in shown
    assert "django-rest-framework.org" not in shown
