"""docs/reference/security.md is true, and complete."""

import pytest
from django.contrib.auth.models import User
from rest_framework.test import APIClient

from attendees.actions import register
from web.testing import routes, rows_of

pytestmark = pytest.mark.django_db
ROWS = rows_of("The attendees service")
GRACE = {"name": "Grace", "email": "grace@example.com"}
BODIES = {
    ("POST", "/api/attendees/"): {**GRACE, "conference": 3},
    ("POST", "/api/conferences/{conference_id}/attendees/"): GRACE,
    ("PUT", "/api/copies/conferences/"): {"conferences": []},
}


@pytest.fixture
def client_of(service):
    def client(role):
        if role == "service":
            return service
        client = APIClient(raise_request_exception=False)
        if role == "staff":
            client.force_login(User.objects.create_superuser("staff"))
        return client

    return client


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.path}")
@pytest.mark.parametrize("role", list(ROWS[0].answers))
def test_each_role_is_answered_as_the_table_says(client_of, conference, row, role):
    attendee = register(3, name="Ada", email="ada@example.com")
    path = row.path.format(pk=attendee.pk, conference_id=3)
    body = None if row.method == "GET" else BODIES.get((row.method, row.path), {})

    answer = getattr(client_of(role), row.method.lower())(path, body, format="json")

    assert answer.status_code == row.answers[role]


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
    numbers = {"object_id": 1, "id": 1, "content_type_id": 1, "app_label": "attendees", "url": "x"}

    assert len(paths) > 20
    for role in ("nobody", "service"):
        client = client_of(role)
        for path in paths:
            answer = client.get(path.format(**numbers))
            assert (answer.status_code, answer.headers["Location"][:13]) == (302, "/admin/login/"), path
