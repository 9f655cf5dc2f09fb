"""What is changed by SQL, `update()` or a shell is counted by the database, and told like everything else."""

import pytest
from django.conf import settings
from django.db import IntegrityError, connection
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
