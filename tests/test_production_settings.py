"""Each service starts with the variables that the compose file gives it, as deployed."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

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
