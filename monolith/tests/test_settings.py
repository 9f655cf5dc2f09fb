"""How the service starts, and when it refuses to."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

MANAGE = Path(__file__).parents[1] / "manage.py"
GOOD = {
    "DATABASE_URL": "postgres:///unused",
    "SECRET_KEY": "a-long-one-that-nobody-knows-0123456789-ABCDEFGHIJKLMNOP",
    "SERVICE_TOKEN": "another-one-that-nobody-knows-0123456789-ABCDEFGHIJKLMNOP",
    "RABBITMQ_URL": "amqp://conference:a-word-that-nobody-knows@rabbitmq:5672/",
}


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    names = {"PATH": os.environ["PATH"], "PYTHONPATH": str(MANAGE.parents[1]), **environment}
    return subprocess.run(
        [sys.executable, MANAGE, *arguments], env=names, capture_output=True, text=True, timeout=60, check=False
    )


def test_it_may_be_deployed():
    done = manage("check", "--deploy", "--fail-level", "WARNING", **GOOD)

    assert (done.returncode, done.stdout.splitlines()[0][:33]) == (0, "System check identified no issues"), done.stderr


@pytest.mark.parametrize("name", GOOD)
def test_a_missing_variable_stops_the_start_with_its_name(name):
    done = manage("check", **{other: value for other, value in GOOD.items() if other != name})

    assert done.returncode != 0
    assert name in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("name", ["SECRET_KEY", "SERVICE_TOKEN"])
def test_the_secret_of_development_stops_the_start_with_its_name(name):
    done = manage("check", **GOOD | {name: "development-only"})

    assert done.returncode != 0
    assert name in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("name", ["COGO_OPEN_API", "COGO_COURSE"])
def test_an_open_api_is_refused_in_production(name):
    done = manage("check", **GOOD, **{name: "1"})

    assert done.returncode != 0
    assert name in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(("course", "is_open"), [("1", "True"), ("0", "False")])
def test_course_mode_opens_the_api(course, is_open):
    ask = "from django.conf import settings; print(settings.COGO_OPEN_API)"

    done = manage("shell", "--no-imports", "-c", ask, **GOOD, DEBUG="1", COGO_COURSE=course)

    assert done.stdout.strip() == is_open, done.stderr


def test_development_needs_only_a_database():
    assert manage("check", DATABASE_URL="postgres:///unused", DEBUG="1").returncode == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"SECRET_KEY": "short"},
        {"SERVICE_TOKEN": "x" * 31},
        {"DATABASE_URL": "postgres://monolith:development-only@database/monolith"},
        {"RABBITMQ_URL": "amqp://guest:guest@rabbitmq:5672/"},
    ],
)
def test_what_everybody_knows_or_could_try_stops_the_start(wrong):
    done = manage("check", **GOOD | wrong)

    assert done.returncode != 0
    assert next(iter(wrong)) in done.stderr.splitlines()[-1]
    assert manage("check", **GOOD | wrong, DEBUG="1").returncode == 0
