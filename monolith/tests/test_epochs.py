"""A database that was restored gives numbers and revisions a second time: it says so, by an epoch."""

from dataclasses import replace
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from rest_framework.test import APIClient
from samples import a_plan

from conference_go import epochs
from conference_go.changes import Cursor
from events import actions
from events.models import Conference
from messaging.outbox.models import OutboxMessage

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

LIST, FEED, ACCOUNTS = "/api/conferences/", "/api/conferences/changes/", "/api/accounts/changes/"


@pytest.fixture
def service() -> APIClient:
    """Another of our services."""
    return APIClient(headers={"authorization": f"Service {settings.SERVICE_TOKEN}"})


def new_epoch() -> None:
    call_command("new_epoch", stdout=StringIO())


def test_feeds_the_list_and_messages_carry_it(service, conference, ada):
    actions.change(conference.pk, name="Other")
    ada.save()

    told = {path: service.get(path)["Epoch"] for path in (LIST, FEED, ACCOUNTS)}
    headers = [row.headers for row in OutboxMessage.objects.all()]

    assert told == dict.fromkeys(told, str(epochs.current()))
    assert {each["epoch"] for each in headers} == {epochs.current()}
    assert all(b"epoch" not in bytes(row.body) for row in OutboxMessage.objects.all())


def test_a_new_one_is_larger_and_ends_all_cursors_and_etags(browser, conference):
    before, cursor, etag = epochs.current(), browser.get(FEED).json()["cursor"], browser.get(LIST)["ETag"]

    new_epoch()

    assert epochs.current() > before
    assert browser.get(FEED, {"after": cursor}).status_code == 410
    assert browser.get(LIST, headers={"If-None-Match": etag}).status_code == 200


def test_of_two_restores_of_one_backup_the_second_is_the_later_one(conference):
    backup = epochs.current()
    new_epoch()
    first = epochs.current()
    restore(backup)
    new_epoch()

    assert backup < first < epochs.current()


def test_also_by_a_clock_that_was_set_back(conference):
    """What the backup says is in the future of this clock."""
    restore(epochs.current() + 10**12)
    backup = epochs.current()

    new_epoch()

    assert epochs.current() == backup + 1


@pytest.mark.parametrize("place", ["abc 00000001 5", ""])
def test_rows_in_another_place_begin_one_by_themselves_and_once(browser, conference, place):
    before = epochs.current()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE conference_go_epoch SET place = %s", [place])

    told = [int(browser.get(path)["Epoch"]) for path in (LIST, FEED, FEED)]

    assert told[0] > before
    assert len(set(told)) == 1


def test_tables_that_were_made_anew_are_another_place(browser, conference):
    before = epochs.current()
    with connection.cursor() as cursor:  # as pg_restore --clean does
        cursor.execute("CREATE TABLE restored (LIKE conference_go_epoch INCLUDING ALL)")
        cursor.execute("INSERT INTO restored SELECT * FROM conference_go_epoch")
        cursor.execute(
            "ALTER TABLE conference_go_epoch RENAME TO old; ALTER TABLE restored RENAME TO conference_go_epoch"
        )
    try:
        assert int(browser.get(FEED)["Epoch"]) > before
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE conference_go_epoch; ALTER TABLE old RENAME TO conference_go_epoch")


@pytest.mark.parametrize("feed", [FEED, ACCOUNTS])
@pytest.mark.parametrize("ahead", [{"written_in": 2**40}, {"source": f"{2**53 - 2:x}", "written_in": 1}])
def test_a_service_that_was_further_on_is_proof_of_a_restore(service, conference, ada, feed, ahead):
    before = epochs.current()
    given = Cursor.parse(service.get(feed).json()["cursor"])

    answer = service.get(feed, {"after": str(replace(given, **ahead))})

    assert answer.status_code == 410
    assert epochs.current() > max(before, replace(given, **ahead).epoch)


def test_a_cursor_that_anybody_made_up_is_none(browser, service, conference):
    before = epochs.current()
    given = Cursor.parse(browser.get(FEED).json()["cursor"])

    browser.get(FEED, {"after": str(replace(given, written_in=2**40))})
    service.get(FEED, {"after": f"{2**64 - 1:x}.1.1"})
    service.get(FEED, {"after": f"{before - 1:x}.1.1"})

    assert epochs.current() == before


def test_numbers_of_lost_rows_are_not_given_again(conference, location):
    new_epoch()

    assert actions.save(Conference(**a_plan(0) | {"location": location})).pk > conference.pk + 500


def restore(number: int) -> None:
    """The database says what a backup said."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE conference_go_epoch SET number = %s", [number])
