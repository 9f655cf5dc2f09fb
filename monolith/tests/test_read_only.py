"""What the web answers while its database may only be read, as after a failover."""

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from samples import a_plan

from accounts.models import Account

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

CANNOT_WRITE = "The database can only be read at the moment; try again shortly."


@pytest.fixture
def read_only():
    """Make this session's transactions read only; a new one is again, as with a server that is."""
    database = connection.settings_dict["NAME"]

    def switch(state):
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = off")
            cursor.execute(f'ALTER DATABASE "{database}" SET default_transaction_read_only = {state}')
        connection.close()

    yield lambda: switch("on")
    switch("off")


def told(answer):
    return answer.status_code, answer.headers.get("Retry-After")


def test_a_write_is_a_503_that_says_when_to_come_again(desk, location, read_only):
    read_only()

    plan = a_plan(location.pk)
    answers = [desk.post("/api/conferences/", plan, format="json"), desk.delete(f"/api/locations/{location.pk}/")]

    assert [(*told(each), each.json()["code"], each.json()["message"]) for each in answers] == [
        (503, "5", "database_read_only", CANNOT_WRITE)
    ] * 2


def test_what_only_reads_is_answered(browser, conference, read_only):
    read_only()

    answers = [browser.get(f"/api/{path}/") for path in ("conferences", f"conferences/{conference.pk}", "states")]

    assert [each.status_code for each in answers] == [200, 200, 200]


def test_a_page_that_writes_is_a_503_too(client, read_only):
    Account.objects.create(username="root", email="r@x.org", password=make_password("keeps-the-books"), is_staff=True)
    read_only()

    answer = client.post("/admin/login/", {"username": "root", "password": "keeps-the-books"})

    assert told(answer) == (503, "5")


def test_health_says_that_it_cannot_write(browser, read_only):
    before = browser.get("/api/health/").status_code
    read_only()

    answer = browser.get("/api/health/")

    assert (before, *told(answer), answer.json()) == (200, 503, "5", {"status": "the database can only be read"})
