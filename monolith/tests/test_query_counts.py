import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.authtoken.models import Token
from samples import HALL, TALK, a_plan

from accounts.models import Account
from events.models import Conference, Location, State
from presentations.models import Presentation

pytestmark = pytest.mark.django_db
LISTS = [
    "/api/states/",
    "/api/locations/",
    "/api/conferences/",
    "/api/conferences/{}/presentations/",
    "/api/locations/?page_size=5&search=moscone",
    "/api/conferences/?page_size=5&search=django&starts_after=2030-01-01",
    "/api/conferences/{}/presentations/?page_size=5&status=SUBMITTED&search=bug",
    "/api/accounts/?page_size=5&is_active=true",
    "/api/conferences/{}/",
    "/api/accounts/",
    "/api/conferences/changes/",
    "/api/accounts/changes/",
]


def queries(client, path) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def add_twenty(conference):
    for n in range(20):
        location = Location.objects.create(**HALL | {"state": State.objects.get(abbreviation="NY")})
        Conference.objects.create(**a_plan(0) | {"location": location}, updated=conference.updated, revision=1)
        Presentation.objects.create(conference=conference, **TALK)
        Account.objects.create_user(f"user{n}", f"user{n}@example.com", None)


@pytest.mark.parametrize("path", LISTS)
def test_a_list_takes_as_many_queries_however_long_it_is(desk, presentation, path):
    path = path.format(presentation.conference_id)
    before = queries(desk, path)

    add_twenty(presentation.conference)

    assert (queries(desk, path), before <= 3) == (before, True)


@pytest.mark.parametrize("path", ["events/conference", "events/location", "presentations/presentation"])
def test_so_does_a_list_of_the_admin(client, organiser, presentation, path):
    client.force_login(organiser)
    before = queries(client, f"/admin/{path}/")

    add_twenty(presentation.conference)

    assert queries(client, f"/admin/{path}/") <= before


def test_an_approval_takes_four_statements_and_the_transaction_around_three_of_them(browser, organiser, presentation):
    key = Token.objects.create(user=organiser).key
    with CaptureQueriesContext(connection) as seen:
        browser.put(f"/api/presentations/{presentation.pk}/approval/", headers={"Authorization": f"Token {key}"})

    verbs = [query["sql"].split()[0] for query in seen]
    assert verbs == ["SELECT", "SAVEPOINT", "SELECT", "UPDATE", "INSERT", "RELEASE"]
