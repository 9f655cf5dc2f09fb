"""Every path works with and without its last slash, for every method."""

import pytest
from samples import ADA, HALL, TALK, a_plan

pytestmark = pytest.mark.django_db
NEW = ADA | {"username": "new", "email": "new@example.com"}
REQUESTS = [
    ("get", "/api", None, 200),
    ("get", "/api/health", None, 200),
    ("get", "/api/states", None, 200),
    ("get", "/api/conferences", None, 200),
    ("post", "/api/conferences", a_plan, 201),
    ("get", "/api/conferences/{conference}", None, 200),
    ("put", "/api/conferences/{conference}", {"name": "PyDay"}, 200),
    ("delete", "/api/conferences/{conference}", None, 200),
    ("get", "/api/locations", None, 200),
    ("post", "/api/locations", HALL, 201),
    ("get", "/api/locations/{location}", None, 200),
    ("put", "/api/locations/{location}", {"name": "Hall"}, 200),
    ("delete", "/api/locations/{location}", None, 409),
    ("get", "/api/conferences/{conference}/presentations", None, 200),
    ("post", "/api/conferences/{conference}/presentations", TALK, 201),
    ("get", "/api/presentations/{presentation}", None, 200),
    ("put", "/api/presentations/{presentation}", {"title": "T"}, 200),
    ("delete", "/api/presentations/{presentation}", None, 200),
    ("put", "/api/presentations/{presentation}/approval", None, 200),
    ("put", "/api/presentations/{presentation}/rejection", None, 200),
    ("get", "/api/accounts", None, 200),
    ("post", "/api/accounts", NEW, 201),
    ("get", "/api/accounts/ada@example.com", None, 200),
    ("put", "/api/accounts/ada@example.com", {"first_name": "A"}, 200),
    ("delete", "/api/accounts/ada@example.com", None, 204),
    ("post", "/api/token", {"username": "ada", "password": ADA["password"]}, 200),
    ("get", "/admin", None, 302),
]


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize(("method", "path", "body", "status"), REQUESTS)
def test_a_path_works_both_ways(desk, presentation, ada, slash, method, path, body, status):
    conference = presentation.conference
    numbers = {"conference": conference.pk, "location": conference.location_id, "presentation": presentation.pk}
    body = body(conference.location_id) if callable(body) else body

    answer = getattr(desk, method)(path.format(**numbers) + slash, body, format="json")

    assert answer.status_code == status
