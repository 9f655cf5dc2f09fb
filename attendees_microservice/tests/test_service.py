"""What an operator sees: health, pages, and a start that names what is missing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection

from attendees.actions import register

HERE = Path(__file__).parent.parent
SECRETS = {
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "SERVICE_TOKEN": "s" * 40,
    "RABBITMQ_URL": "amqp://cogo:a-long-one@rabbitmq:5672/",
}


def manage(*arguments, **environment):
    """manage.py, in production settings but for `environment`; None takes a variable away."""
    variables = {**os.environ, **SECRETS, "DEBUG": "0", **environment}
    variables = {name: value for name, value in variables.items() if value is not None}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=HERE, env=variables, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("slash", ["/", ""])
@pytest.mark.django_db
def test_it_is_well_when_the_database_answers(browser, slash):
    answer = browser.get(f"/api/health{slash}")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_without_its_database_it_is_not_well_and_asks_for_patience(browser):
    browser.raise_request_exception = False

    def away(*_):
        raise OperationalError("gone")

    with connection.execute_wrapper(away):
        health, listed = browser.get("/api/health/"), browser.get("/api/attendees/")

    assert (health.status_code, listed.status_code) == (503, 503)
    assert listed.headers["Retry-After"] == "5"
    assert listed.json()["code"] == "database_away"


@pytest.mark.django_db
def test_the_start_page_says_what_there_is(browser, conference, settings):
    page = " ".join(browser.get("/").content.decode().split())

    assert "it knows 1 conference, 0 accounts and 0 attendees." in page
    links = ["/api/docs/", "/api/attendees/", "/api/sync/", "/admin/", settings.MONOLITH_PAGE_URL]
    assert [link for link in links if f'href="{link}"' not in page] == []


@pytest.mark.django_db
def test_the_start_page_is_there_without_the_database(browser):
    def away(*_):
        raise OperationalError("gone")

    with connection.execute_wrapper(away):
        page = browser.get("/")

    assert (page.status_code, "Its database is away." in page.content.decode()) == (200, True)


@pytest.mark.parametrize("model", ["attendee", "badge", "conferencevo", "accountvo", "observation"])
@pytest.mark.django_db
def test_staff_can_look_at_everything(client, conference, model):
    register(3, name="Grace", email="grace@example.com")
    client.force_login(User.objects.create_superuser("staff"))

    assert client.get(f"/admin/attendees/{model}/").status_code == 200


def test_production_settings_are_clean():
    done = manage("check", "--deploy", "--fail-level", "WARNING")

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY"),
        ({"SECRET_KEY": "development-only"}, "SECRET_KEY"),
        ({"SERVICE_TOKEN": ""}, "SERVICE_TOKEN"),
        ({"DATABASE_URL": None}, "DATABASE_URL"),
        ({"COGO_OPEN_API": "1"}, "COGO_OPEN_API"),
        ({"COGO_COURSE": "1"}, "COGO_COURSE"),
    ],
)
def test_a_missing_or_unsafe_variable_stops_the_start_with_its_name(environment, name):
    done = manage("check", **environment)

    assert done.returncode != 0
    assert name in done.stderr


@pytest.mark.django_db
def test_the_migrations_are_those_of_the_models():
    done = manage("makemigrations", "--check", "--dry-run")

    assert done.returncode == 0, done.stdout


@pytest.mark.django_db
def test_the_root_of_the_api_names_paths_that_are_there(browser):
    paths = browser.get("/api/").json()

    assert [browser.get(url).status_code for url in paths.values()] == [200] * len(paths)
