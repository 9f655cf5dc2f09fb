"""What a list can be asked for. Asked for nothing, it gives everything, as programs of the course expect."""

import pytest
from samples import HALL, TALK, a_plan

from events.models import Conference, Location, State
from presentations.models import Presentation

pytestmark = pytest.mark.django_db


@pytest.fixture
def many(location):
    """Twelve conferences in two states, a day apart."""
    there = Location.objects.create(**HALL | {"state": State.objects.get(abbreviation="NY"), "city": "New York"})
    for n in range(12):
        plan = a_plan(
            0, name=f"Day {n:02}", starts=f"2030-01-{n + 1:02}T09:00:00Z", ends=f"2030-02-{n + 1:02}T09:00:00Z"
        )
        plan["location"] = there if n % 2 else location
        Conference.objects.create(**plan, updated="2029-01-01T00:00:00Z", revision=1)


def names(answer, key="conferences"):
    assert answer.status_code == 200, answer.content
    return [row["name"] for row in answer.json()[key]]


def test_without_a_question_everything_is_there_under_the_one_key(browser, many):
    answer = browser.get("/api/conferences/").json()

    assert list(answer) == ["conferences"]
    assert len(answer["conferences"]) == 12


def test_a_page_says_how_many_there_are_and_where_the_others_are(browser, many):
    first = browser.get("/api/conferences/?page_size=5")
    second = browser.get(first.json()["next"])
    last = browser.get(second.json()["next"])

    assert names(first) + names(second) + names(last) == [f"Day {n:02}" for n in range(12)]
    assert list(first.json()) == ["conferences", "count", "next", "previous"]
    assert (first.json()["count"], first.json()["previous"], last.json()["next"]) == (12, None, None)


def test_filters_search_and_pages_go_together(browser, many):
    page = browser.get("/api/conferences/?state=ny&starts_after=2030-01-04&starts_before=2030-01-12&page_size=2&page=2")
    found = browser.get("/api/conferences/?search=new+york")

    assert names(page) == ["Day 07", "Day 09"]
    assert len(names(found)) == 6


@pytest.mark.parametrize(
    "question",
    ["page=0", "page=x", "page_size=0", "page_size=1001", "page_size=", "starts_after=soon", "state=%00", "search=%00"],
)
def test_a_question_that_cannot_be_understood_is_refused(browser, many, question):
    answer = browser.get(f"/api/conferences/?{question}")

    assert answer.status_code == 400
    assert answer.json()["message"]


def test_behind_the_last_page_there_is_nothing(browser, many):
    assert browser.get("/api/conferences/?page=3&page_size=10").status_code == 404


def test_presentations_by_their_status(browser, desk, presentation):
    other = Presentation.objects.create(conference=presentation.conference, **TALK | {"title": "Another"})
    desk.put(f"/api/presentations/{other.pk}/approval/")
    path = f"/api/conferences/{presentation.conference_id}/presentations/"

    found = [browser.get(f"{path}?status={status}").json()["presentations"] for status in ("APPROVED", "REJECTED")]

    assert [[row["title"] for row in rows] for rows in found] == [["Another"], []]
    assert browser.get(f"{path}?status=MAYBE").status_code == 400


def test_accounts_by_whether_they_can_log_in(desk, ada):
    desk.delete("/api/accounts/ada@example.com/")

    found = [desk.get(f"/api/accounts/?is_active={value}").json()["accounts"] for value in ("true", "false")]

    assert [[row["email"] for row in rows] for rows in found] == [["olga@conference.go"], ["ada@example.com"]]


def test_a_page_is_never_taken_for_the_list_that_did_not_change(browser, many):
    etag = browser.get("/api/conferences/")["ETag"]

    answer = browser.get("/api/conferences/?state=NY", headers={"If-None-Match": etag})

    assert (answer.status_code, "ETag" in answer) == (200, False)
