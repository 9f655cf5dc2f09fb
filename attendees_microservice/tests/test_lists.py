"""What a list can be asked for, and that its queries do not grow with it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from samples import a_conference

from attendees.actions import register
from attendees.copies import copy_conferences

pytestmark = pytest.mark.django_db
LISTS = [
    "/api/attendees/",
    "/api/attendees/?page_size=5&conference=3&search=example",
    "/api/conferences/",
    "/api/conferences/?page_size=5&starts_after=2020-01-01&search=o",
    "/api/conferences/3/attendees/",
    "/api/conferences/3/attendees/?page_size=5&search=example",
    "/api/attendees/{}/",
]


def queries(client, path):
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


@pytest.mark.parametrize("path", LISTS)
def test_a_list_takes_as_many_queries_however_long_it_is(browser, conference, path):
    path = path.format(register(3, name="Grace", email="grace@example.com").pk)
    before = queries(browser, path)

    copy_conferences([a_conference(number) for number in range(4, 24)])
    for n in range(20):
        register(3, name=f"User {n}", email=f"user{n}@example.com")

    assert (queries(browser, path), before <= 3) == (before, True)


def test_pages_filters_and_search_go_together(browser, conference):
    copy_conferences([a_conference(4)])
    for n in range(5):
        register(3 + n % 2, name=f"User {n}", email=f"user{n}@example.com")

    page = browser.get("/api/attendees/?conference=3&page_size=2").json()
    found = browser.get("/api/attendees/?search=user3").json()

    assert [row["name"] for row in page["attendees"]] == ["User 0", "User 2"]
    assert (page["count"], page["previous"]) == (3, None)
    assert [row["name"] for row in browser.get(page["next"]).json()["attendees"]] == ["User 4"]
    assert (len(found["attendees"]), list(found)) == (1, ["attendees"])


@pytest.mark.parametrize("question", ["conference=x", "conference=0", "page=0", "page_size=1001", "search=%00"])
def test_a_question_that_cannot_be_understood_is_refused(browser, conference, question):
    assert browser.get(f"/api/attendees/?{question}").status_code == 400


def test_a_person_can_register_and_change_in_the_browser(browser, service, conference):
    shown = browser.get("/api/attendees/", headers={"accept": "text/html"}).content.decode()
    grace = {"name": "Grace", "email": "grace@example.com", "company_name": "", "conference": "3"}

    made = browser.post("/api/attendees/", grace, format="multipart")
    page = service.get(made.json()["href"], headers={"accept": "text/html"}).content.decode()

    assert all(f'name="{field}"' in shown for field in grace)
    assert made.status_code == 201
    assert 'value="Grace"' in page
