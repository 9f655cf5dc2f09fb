"""docs/reference/security.md is true, and complete."""

import pytest
from django.conf import settings as live
from rest_framework.test import APIClient
from samples import ADA, HALL, TALK, a_plan

from accounts.models import Account
from web.testing import routes, rows_of

pytestmark = pytest.mark.django_db
ROWS = rows_of("The monolith")
ROLES = list(ROWS[0].answers)
FORM = "application/x-www-form-urlencoded"
LOG_IN = {"username": "ada", "password": ADA["password"]}
BODIES = {
    ("POST", "/api/locations/"): HALL,
    ("POST", "/api/accounts/"): ADA | {"username": "new", "email": "new@example.com"},
    ("POST", "/api/conferences/{conference_id}/presentations/"): TALK,
    ("POST", "/api/token/"): LOG_IN,
}


@pytest.fixture
def client_of(ada, organiser):
    """A browser or a program of each role, logged in as those do."""

    def client(role):
        client = APIClient(raise_request_exception=False)
        if role == "service":
            client.credentials(HTTP_AUTHORIZATION=f"Service {live.SERVICE_TOKEN}")
        elif role != "nobody":
            bob = Account.objects.create_user("bob", "bob@example.com", None)
            client.force_login({"user": bob, "owner": ada, "organiser": organiser}[role])
        return client

    return client


def ask(client, row, presentation):
    conference = presentation.conference
    pk = {"locations": conference.location_id, "conferences": conference.pk}
    numbers = {
        "pk": next((pk[noun] for noun in pk if noun in row.path), presentation.pk),
        "conference_id": conference.pk,
    }
    path = row.path.format(**numbers, email=ADA["email"])
    if "/auth/" in path:
        return client.generic(row.method, path, "username=ada&password=difference-engine", FORM)
    body = BODIES.get((row.method, row.path), {})
    if (row.method, row.path) == ("POST", "/api/conferences/"):
        body = a_plan(conference.location_id)
    return getattr(client, row.method.lower())(path, body if row.method != "GET" else None, format="json")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.path}")
@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_answered_as_the_table_says(client_of, presentation, row, role):
    answer = ask(client_of(role), row, presentation)

    assert answer.status_code == row.answers[role]
    if answer.status_code == 401:
        assert answer.headers["WWW-Authenticate"] == "Token"
        assert answer.json()["message"]


ABOUT_A_LOG_IN = ("/api/token/", "/api/organiser/")


@pytest.mark.parametrize(
    "row",
    [row for row in ROWS if "/api/" in row.path and row.path not in ABOUT_A_LOG_IN],
    ids=lambda row: " ".join(row[:2]),
)
def test_an_open_api_is_open_for_course_programs(browser, ada, presentation, settings, row):
    settings.COGO_OPEN_API = True

    assert ask(browser, row, presentation).status_code == row.answers["organiser"]


def test_every_route_has_its_rows():
    listed = {(row.method, row.path) for row in ROWS}
    there = {
        (method, path)
        for path, methods in routes().items()
        for method in methods
        if not path.startswith("/admin/") or path == "/admin/"
    }

    assert there - listed == set()
    assert listed - there == set()


def test_the_rest_of_the_admin_sends_everyone_but_staff_to_its_log_in(client_of):
    paths = [path for path in routes() if path.startswith("/admin/") and not path.endswith(("/login/", "/logout/"))]
    numbers = {"object_id": 1, "id": 1, "content_type_id": 1, "app_label": "events", "url": "x"}

    assert len(paths) > 20
    for role in ("nobody", "owner", "service"):
        client = client_of(role)
        for path in paths:
            answer = client.get(path.format(**numbers))
            assert (answer.status_code, answer.headers["Location"][:13]) == (302, "/admin/login/"), path
