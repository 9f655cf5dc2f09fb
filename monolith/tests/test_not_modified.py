"""Whoever has the list of conferences already need not be sent it again."""

from contextlib import closing

import pytest
from django.db import connection
from samples import a_plan

from events import actions
from events.models import Conference

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

LIST = "/api/conferences/"


def asked_again(browser, etag):
    return browser.get(LIST, headers={"If-None-Match": etag})


def test_an_unchanged_list_is_not_sent_again_and_costs_one_query(browser, conference, django_assert_num_queries):
    etag = browser.get(LIST)["ETag"]

    with django_assert_num_queries(1):
        answer = asked_again(browser, etag)

    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", etag)


@pytest.mark.parametrize(
    "happens",
    [
        lambda conference: actions.change(conference.pk, name="Other"),
        lambda conference: actions.delete(conference.pk),
        lambda conference: actions.save(Conference(**a_plan(0) | {"location": conference.location})),
    ],
    ids=["change", "deletion", "addition"],
)
def test_whatever_happens_to_a_conference_the_list_is_sent(browser, conference, happens):
    etag = browser.get(LIST)["ETag"]

    happens(conference)

    answer = asked_again(browser, etag)
    assert answer.status_code == 200
    assert asked_again(browser, answer["ETag"]).status_code == 304


def test_a_change_that_is_committed_late_is_not_missed(browser, conference):
    (late,) = [actions.save(Conference(**a_plan(0) | {"location": conference.location}))]
    with closing(connection.copy()) as other:
        other.set_autocommit(False)
        with other.cursor() as sql:
            sql.execute(
                "UPDATE events_conference SET name = 'x', written_in = pg_current_xact_id()::text::bigint"
                " WHERE id = %s",
                [conference.pk],
            )
        actions.change(late.pk, name="Later")
        etag = browser.get(LIST)["ETag"]
        assert asked_again(browser, etag).status_code == 304
        other.commit()

    assert asked_again(browser, etag).status_code == 200


def test_a_list_of_nothing_has_an_etag_too(browser):
    assert asked_again(browser, browser.get(LIST)["ETag"]).status_code == 304


def test_planning_a_conference_does_not_ask_for_the_state_of_the_others(desk, location):
    answer = desk.post(LIST, a_plan(location.pk), format="json", headers={"If-None-Match": "*"})

    assert answer.status_code == 201


def test_the_list_is_made_once_for_each_state_that_it_is_in(browser, conference, django_assert_num_queries):
    before = browser.get(LIST).json()

    with django_assert_num_queries(1):
        again = browser.get(LIST)
    actions.change(conference.pk, name="Other")

    assert (again.json(), again["Content-Type"]) == (before, "application/json")
    assert [row["name"] for row in browser.get(LIST).json()["conferences"]] == ["Other"]
