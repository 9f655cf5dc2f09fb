"""What is changed by SQL, `update()` or a shell is counted by the database, and told like everything else."""

import pytest
from django.conf import settings
from django.db import IntegrityError, connection
from django.utils.dateparse import parse_datetime
from rest_framework.test import APIClient
from samples import a_plan

from accounts.models import Account
from events.models import Conference, DeletedConference

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

FEED = "/api/conferences/changes/"


@pytest.fixture
def service() -> APIClient:
    """Another of our services."""
    return APIClient(headers={"authorization": f"Service {settings.SERVICE_TOKEN}"})


def by_sql(conference):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE events_conference SET name = 'Mended' WHERE id = %s", [conference.pk])


def by_update(conference):
    Conference.objects.filter(pk=conference.pk).update(name="Mended")


def by_a_stale_save(conference):
    conference.revision, conference.name = 0, "Mended"
    conference.save()


@pytest.mark.parametrize("write", [by_sql, by_update, by_a_stale_save])
def test_a_change_is_listed_at_once_and_told_as_the_next_revision(browser, conference, write):
    before = browser.get("/api/conferences/")
    cursor = browser.get(FEED).json()["cursor"]

    write(conference)

    (listed,) = browser.get("/api/conferences/", headers={"if-none-match": before["ETag"]}).json()["conferences"]
    (told,) = browser.get(FEED, {"after": cursor}).json()["changes"]
    assert (listed["name"], listed["revision"], told) == ("Mended", 2, {**listed, "deleted": False})


def test_a_deletion_leaves_its_tombstone(browser, conference):
    cursor = browser.get(FEED).json()["cursor"]

    Conference.objects.all()._raw_delete("default")

    (told,) = browser.get(FEED, {"after": cursor}).json()["changes"]
    assert (told["id"], told["revision"], told["deleted"]) == (conference.pk, 2, True)


def test_a_conference_of_a_shell_has_a_revision(browser, location):
    Conference.objects.create(**a_plan(0) | {"location": location})

    (told,) = browser.get(FEED).json()["changes"]
    assert (told["revision"], told["updated"] is None) == (1, False)


def test_an_account_is_counted_too_but_not_what_nobody_is_told_of(service, ada):
    Account.objects.update(first_name="Augusta")
    Account.objects.update(password="x", revision=0)

    (told,) = service.get("/api/accounts/changes/").json()["changes"]
    assert (told["first_name"], told["revision"]) == ("Augusta", 2)


def test_no_deletion_is_without_a_revision(conference):
    with pytest.raises(IntegrityError, match="deletion_has_a_revision"):
        DeletedConference.objects.create(id=conference.pk, updated=conference.updated, revision=0)


@pytest.mark.parametrize(
    "says", ["revision = 7", "revision = 7, written_in = 3", "written_in = 3", "name = 'x', written_in = 3"]
)
def test_whatever_sql_says_of_the_numbers_it_is_told(browser, conference, says):
    before, cursor = browser.get("/api/conferences/")["ETag"], browser.get(FEED).json()["cursor"]

    with connection.cursor() as sql:
        sql.execute(f"UPDATE events_conference SET {says} WHERE id = %s", [conference.pk])

    (told,) = browser.get(FEED, {"after": cursor}).json()["changes"]
    assert told["revision"] == (7 if "7" in says else 2 if "name" in says else 1)
    assert (parse_datetime(told["updated"]) > conference.updated) == (told["revision"] > 1)
    assert browser.get("/api/conferences/", headers={"if-none-match": before}).status_code == 200


def test_nor_does_a_tombstone_of_another_transaction_go_unseen(browser, conference):
    cursor = browser.get(FEED).json()["cursor"]

    with connection.cursor() as sql:
        sql.execute(
            "INSERT INTO events_deletedconference (id, revision, updated, written_in) VALUES (77, 2, now(), 1);"
            "UPDATE events_deletedconference SET written_in = 1, revision = 1"
        )

    (told,) = browser.get(FEED, {"after": cursor}).json()["changes"]
    assert (told["id"], told["revision"], told["deleted"]) == (77, 2, True)


@pytest.mark.parametrize("table", ["events_conference", "accounts_account"])
def test_no_revision_is_so_large_that_none_could_follow(conference, ada, table):
    with pytest.raises(IntegrityError, match="revision_in_bounds"), connection.cursor() as sql:
        sql.execute(f"UPDATE {table} SET revision = {2**63 - 1}")
