"""Each service starts with the variables that the compose file gives it, as deployed."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from messaging.database import CONNECT_WITHIN, NOTICED
from native.postgres import SETTINGS as SETTINGS_OF_POSTGRES

ROOT = Path(__file__).parents[1]
SERVICES = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
SETTINGS = {
    "monolith": "conference_go.settings",
    "attendees_microservice": "attendees_bc.settings",
    "presentation_workflow": "presentation_mailer.settings",
    "lab": "lab.site.settings",
}
CHOSEN = {
    "DEBUG": "0",
    **dict.fromkeys(("SECRET_KEY", "SERVICE_TOKEN", "POSTGRES_PASSWORD", "RABBITMQ_PASSWORD"), "s" * 40),
}
VARIABLE = re.compile(r"\$\{(\w+)(?::?-([^{}]*))?\}")


def filled_in(text: str) -> str:
    """As compose does it, with the variables that were chosen: from the inside out."""
    while (found := VARIABLE.sub(lambda match: CHOSEN.get(match[1], match[2] or ""), text)) != text:
        text = found
    return text


def folder_of(service: str) -> str | None:
    """Of the Django project that the service's command starts."""
    words = SERVICES[service].get("command") or ()
    return next((word.split("/")[0] for word in words if word.endswith("/manage.py")), None)


@pytest.mark.parametrize("service", [name for name in SERVICES if folder_of(name)])
def test_its_settings_take_what_it_is_given(service):
    given = {name: filled_in(str(value)) for name, value in SERVICES[service]["environment"].items()}
    folder = folder_of(service)

    read = subprocess.run(
        [sys.executable, "-c", f"import {SETTINGS[folder]}"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT}:{ROOT / folder}", **given},
        capture_output=True,
        text=True,
        check=False,
    )

    assert read.returncode == 0, read.stderr[-400:]


@pytest.mark.parametrize("folder", [folder for folder in SETTINGS if folder != "lab"])
def test_its_connections_notice_a_database_that_vanished(folder):
    service = next(name for name in SERVICES if folder_of(name) == folder)
    given = {name: filled_in(str(value)) for name, value in SERVICES[service]["environment"].items()}
    of_its_own = given["DATABASE_URL"] + "?keepalives_idle=60"
    read = subprocess.run(
        [sys.executable, "-c", f"from {SETTINGS[folder]} import DATABASES as d; print(d['default']['OPTIONS'])"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT}:{ROOT / folder}", **given, "DATABASE_URL": of_its_own},
        capture_output=True,
        text=True,
        check=True,
    )

    options = ast.literal_eval(read.stdout)
    assert {name: int(options[name]) for name in NOTICED} == {**NOTICED, "keepalives_idle": 60}
    assert options["connect_timeout"] == CONNECT_WITHIN


def test_the_database_notices_a_client_that_vanished_wherever_it_runs():
    command = SERVICES["database"]["command"]

    assert [word.removeprefix("-c") for word in command[1:]] == list(SETTINGS_OF_POSTGRES)
