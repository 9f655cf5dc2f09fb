"""The feeds of changes: everything is told, in pages, and nothing is skipped."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from random import Random

import pytest
from django.conf import settings
from django.db import connection, transaction
from rest_framework.test import APIClient
from samples import a_plan

from accounts import actions as accounts
from conference_go.changes import Cursor, renumber_restored
from events import actions
from events.models import Conference

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

FEED = "/api/conferences/changes/"
FEEDS = [FEED, "/api/accounts/changes/"]


@pytest.fixture
def service() -> APIClient:
    """Another of our services."""
    return APIClient(headers={"authorization": f"Service {settings.SERVICE_TOKEN}"})


@pytest.fixture
def other_writer():
    """A second connection, in a transaction of its own that has begun to write."""
    with closing(connection.copy()) as other:
        other.set_autocommit(False)
        yield other


def planned(location, *names):
    return [actions.save(Conference(**a_plan(0) | {"location": location, "name": name})) for name in names]


def told(answer):
    """Number and revision of each change, "gone" for a deletion."""
    return [(each["id"], "gone" if each["deleted"] else each["revision"]) for each in answer["changes"]]


def followed(browser, cursor=None, **question):
    """All pages from there on: what they told, and the last cursor."""
    changes, more = [], True
    while more:
        if cursor:
            question["after"] = cursor
        answer = browser.get(FEED, question).json()
        changes += told(answer)
        cursor, more = answer["cursor"], answer["more"]
    return changes, cursor


def test_a_change_has_every_field_of_the_list_and_a_deletion_what_is_left(browser, conference, location):
    (gone,) = planned(location, "Gone")
    actions.delete(gone.pk)

    changes = browser.get(FEED).json()["changes"]

    (listed,) = browser.get("/api/conferences/").json()["conferences"]
    assert changes == [
        {**listed, "deleted": False},
        {"id": gone.pk, "updated": changes[1]["updated"], "revision": 2, "deleted": True},
    ]


def test_after_a_cursor_comes_only_what_changed_since(browser, location):
    one, two, three = planned(location, "One", "Two", "Three")
    before, cursor = followed(browser)
    actions.change(two.pk, name="Second")
    actions.delete(one.pk)

    news, cursor = followed(browser, cursor)

    assert before == [(one.pk, 1), (two.pk, 1), (three.pk, 1)]
    assert news == [(two.pk, 2), (one.pk, "gone")]
    assert followed(browser, cursor) == ([], cursor)


def test_pages_follow_each_other_also_through_the_middle_of_a_transaction(browser, location):
    with transaction.atomic():
        ids = [conference.pk for conference in planned(location, *"ABCDE")]
        actions.delete(ids.pop(1))
        gone = ids[0] + 1

    changes, _ = followed(browser, page_size=2)

    assert sorted(changes) == sorted([*((pk, 1) for pk in ids), (gone, "gone")])
    assert [len(browser.get(FEED, {"page_size": size}).json()["changes"]) for size in (1, 4, 5, 6)] == [1, 4, 5, 5]


def test_what_is_committed_late_is_told_before_what_was_written_after_it(browser, location, other_writer):
    early, late = planned(location, "Early", "Late")
    _, cursor = followed(browser)
    with other_writer.cursor() as sql:
        sql.execute(
            "UPDATE events_conference SET revision = 7, written_in = pg_current_xact_id()::text::bigint WHERE id = %s",
            [early.pk],
        )
    actions.change(late.pk, name="Later")

    meanwhile, cursor = followed(browser, cursor)
    other_writer.commit()
    afterwards, _ = followed(browser, cursor)

    assert (meanwhile, afterwards) == ([], [(early.pk, 7), (late.pk, 2)])


def test_a_deletion_that_is_committed_late_is_told_too(browser, location, other_writer):
    early, late = planned(location, "Early", "Late")
    _, cursor = followed(browser)
    with other_writer.cursor() as sql:
        sql.execute("INSERT INTO events_deletedconference (id, revision, updated) VALUES (%s, 2, now())", [early.pk])
        sql.execute("DELETE FROM events_conference WHERE id = %s", [early.pk])
    actions.delete(late.pk)
    _, cursor = followed(browser, cursor)
    other_writer.commit()

    assert followed(browser, cursor)[0] == [(early.pk, "gone"), (late.pk, "gone")]


def test_what_is_rolled_back_is_never_told(browser, conference):
    before = followed(browser)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        actions.delete(conference.pk)
        1 / 0  # noqa: B018

    assert followed(browser) == before


def test_what_was_restored_from_another_server_is_told_too(browser, service, conference, ada):
    with connection.cursor() as cursor:
        for table in ("events_conference", "accounts_account"):  # as pg_restore does, before it makes the triggers
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(f"UPDATE {table} SET written_in = {2**62}")
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    renumber_restored()

    assert followed(browser)[0] == [(conference.pk, 1)]
    assert len(service.get(FEEDS[1]).json()["changes"]) == 1


def test_a_reader_beside_many_writers_misses_nothing(browser, location):
    conferences = planned(location, *"ABCDEF")
    chance = Random(7)

    def write(conference):
        for revision in range(20):
            with transaction.atomic():
                actions.change(conference.pk, max_attendees=revision)
                time.sleep(chance.uniform(0, 0.01))
        if conference is conferences[-1]:
            actions.delete(conference.pk)
        connection.close()

    seen, cursor = {}, None
    with ThreadPoolExecutor(len(conferences)) as pool:
        writers = [pool.submit(write, conference) for conference in conferences]
        while not all(writer.done() for writer in writers):
            changes, cursor = followed(browser, cursor, page_size=2)
            seen.update(changes)
    assert [writer.exception() for writer in writers] == [None] * len(writers)
    seen.update(followed(browser, cursor)[0])

    *others, deleted = [conference.pk for conference in conferences]
    assert seen == {**dict.fromkeys(others, 21), deleted: "gone"}


@pytest.mark.parametrize("feed", FEEDS)
@pytest.mark.parametrize("wrong", ["x", "", "1.2", "1.2.x", "1.2.3.4", f"1.{10**19 - 1}.1", "1.1.٣", "%00", "-1.1.1"])
def test_a_cursor_that_no_feed_gave_is_a_400(service, feed, wrong):
    answer = service.get(feed, {"after": wrong})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["after"])


@pytest.mark.parametrize("size", ["0", "1001", "x", "-1"])
def test_so_is_a_page_size_that_is_none(browser, size):
    answer = browser.get(FEED, {"page_size": size})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["page_size"])


@pytest.mark.parametrize("feed", FEEDS)
def test_a_cursor_of_another_database_is_a_410(service, feed):
    answer = service.get(feed, {"after": str(Cursor("abc", 5, 5))})

    assert (answer.status_code, answer.json()["code"]) == (410, "stale_cursor")


def test_accounts_are_told_as_they_are_listed_whichever_way_they_were_changed(service, ada):
    ada.first_name = "Augusta"
    ada.save(update_fields=["first_name"])
    cursor = service.get(FEEDS[1]).json()["cursor"]
    accounts.deactivate(ada.email)

    answer = service.get(FEEDS[1], {"after": cursor}).json()

    (listed,) = service.get("/api/accounts/").json()["accounts"]
    assert answer["changes"] == [{**listed, "deleted": False}]
    assert (listed["is_active"], listed["revision"], answer["more"]) == (False, 3, False)


def test_logging_in_is_no_change(service, browser, ada):
    cursor = service.get(FEEDS[1]).json()["cursor"]
    browser.login(username="ada", password="difference-engine")

    assert service.get(FEEDS[1], {"after": cursor}).json()["changes"] == []


def test_accounts_are_told_to_our_own_services_only(browser):
    assert browser.get(FEEDS[1]).status_code == 401


@pytest.mark.parametrize("feed", FEEDS)
def test_so_is_a_cursor_that_this_server_has_not_reached(desk, conference, ada, feed):
    """It was given before a failover or a restore took the server back; or made up, so nothing else comes of it."""
    given = Cursor.parse(desk.get(feed).json()["cursor"])

    answers = [desk.get(feed, {"after": str(replace(given, written_in=ahead))}) for ahead in (10**9, 2**63 - 1)]

    assert [(each.status_code, each.json()["code"]) for each in answers] == [(410, "stale_cursor")] * 2
    assert desk.get(feed, {"after": str(given)}).status_code == 200
