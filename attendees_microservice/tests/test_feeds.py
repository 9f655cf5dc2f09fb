"""What changed while nobody listened is read in the monolith's feeds of changes."""

import pytest
import requests
from django.conf import settings
from django.db import Error, connection
from samples import SPRING, a_conference, an_account, listed

from attendees import monolith as source
from attendees.copies import copy_conferences, live_ids
from attendees.feeds import read_feeds
from attendees.models import AccountVO, FeedCursor

pytestmark = pytest.mark.django_db

ACCOUNTS = f"{settings.MONOLITH_URL}/api/accounts/changes/"
CONFERENCES = f"{settings.MONOLITH_URL}/api/conferences/changes/"


def page(cursor, *changes, more=False):
    return {"changes": [{"deleted": False, **each} for each in changes], "cursor": cursor, "more": more}


def deletion(id, revision=2):
    return {"id": id, "revision": revision, "updated": SPRING.isoformat(), "deleted": True}


def questions(monolith, feed):
    return [call.request.params.get("after") for call in monolith.calls if call.request.url.startswith(feed)]


def cursors():
    return dict(FeedCursor.objects.values_list("feed", "cursor"))


def test_everything_is_read_from_the_start_and_then_only_what_changed(monolith):
    monolith.get(ACCOUNTS, json=page("a", an_account("Ada@example.com")))
    for answer in (page("b", listed(1), more=True), page("c", listed(2)), page("d", listed(2, revision=2))):
        monolith.get(CONFERENCES, json=answer)

    said = [read_feeds(source.session()) for _ in range(2)]

    assert said == ["1 accounts and 2 conferences were news", "0 accounts and 1 conferences were news"]
    assert questions(monolith, CONFERENCES) == [None, "b", "c"]
    assert cursors() == {"accounts": "a", "conferences": "d"}
    assert (live_ids(), AccountVO.objects.get().email) == ({1, 2}, "ada@example.com")
    assert {call.request.headers["Authorization"] for call in monolith.calls} == {f"Service {settings.SERVICE_TOKEN}"}


def test_what_was_deleted_is_buried(monolith):
    copy_conferences([a_conference(1), a_conference(2)])
    monolith.get(ACCOUNTS, json=page("a"))
    monolith.get(CONFERENCES, json=page("b", deletion(1)))

    read_feeds(source.session())

    assert live_ids() == {2}


@pytest.mark.parametrize("status", [400, 410])
def test_a_cursor_that_is_refused_is_forgotten_and_everything_read_again(monolith, status):
    FeedCursor.objects.create(feed="conferences", cursor="old")
    monolith.get(ACCOUNTS, json=page("a"))
    monolith.get(CONFERENCES, status=status, json={"message": "of another database"})
    monolith.get(CONFERENCES, json=page("new", listed(1)))

    read_feeds(source.session())

    assert questions(monolith, CONFERENCES) == ["old", None]
    assert cursors()["conferences"] == "new"
    assert live_ids() == {1}


def test_the_cursor_does_not_move_without_the_copies(monolith):
    FeedCursor.objects.create(feed="conferences", cursor="old")
    monolith.get(ACCOUNTS, json=page("a"))
    monolith.get(CONFERENCES, json=page("new", listed(1)))

    def fail_on_the_copies(execute, sql, params, many, context):
        if "attendees_conferencevo" in sql:
            raise Error("the database went away")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(fail_on_the_copies), pytest.raises(Error):
        read_feeds(source.session())

    assert (cursors()["conferences"], live_ids()) == ("old", set())


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 500, "body": "<html>"},
        {"status": 410, "json": {"message": "no cursor was sent"}},
        {"body": "<html>"},
        {"json": []},
        {"json": {"changes": []}},
        {"json": page(7)},
        {"json": page("a", {"email": "x"}, {"email": "y"})},
    ],
)
def test_a_broken_answer_changes_nothing(monolith, answer):
    monolith.get(ACCOUNTS, **answer)
    monolith.get(CONFERENCES, json=page("a", listed(2)))

    with pytest.raises((requests.RequestException, ValueError)):
        read_feeds(source.session())

    assert (live_ids(), cursors()) == (set(), {})
