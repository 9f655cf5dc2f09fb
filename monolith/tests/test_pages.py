import pytest
from django.db import OperationalError, connection

pytestmark = pytest.mark.django_db


def database_away(*_):
    raise OperationalError("connection refused")


def test_the_root_of_the_api_lists_where_to_go(browser):
    assert browser.get("/api/").json() == {
        path: f"http://testserver/api/{path}/"
        for path in ("conferences", "locations", "states", "accounts", "token", "bill", "health")
    }


def test_it_is_well_while_the_database_answers(browser):
    answer = browser.get("/api/health/")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_without_the_database_it_says_so(browser):
    with connection.execute_wrapper(database_away):
        health = browser.get("/api/health/")
        conferences = browser.get("/api/conferences/")

    assert (health.status_code, health.json(), health.headers["Retry-After"]) == (
        503,
        {"status": "the database is away"},
        "5",
    )
    assert (conferences.status_code, conferences.json()["message"], conferences.headers["Retry-After"]) == (
        503,
        "The database is away; try again shortly.",
        "5",
    )


@pytest.mark.parametrize("path", ["conferences", "locations", "states", "conferences/1", "presentations/1", "accounts"])
def test_a_person_can_browse_the_api(desk, path):
    answer = desk.get(f"/api/{path}/", headers={"accept": "text/html"})

    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert b"Conference GO</a>" in answer.content


def test_its_styles_are_served_without_collecting_them(browser):
    assert browser.get("/static/rest_framework/css/default.css").status_code == 200


def test_a_failure_of_our_own_is_told_in_json(desk, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("a bug")

    monkeypatch.setattr("events.views.StateList.get", broken)

    answer = desk.get("/api/states/")

    assert (answer.status_code, answer.headers["Content-Type"]) == (500, "application/json")
    assert "a bug" not in answer.content.decode()
    assert answer.json()["message"]
