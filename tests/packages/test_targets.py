"""What a target of the Makefile installs is all that it needs: each is made in a copy with nothing installed."""

import subprocess
from pathlib import Path

import pytest

from tests.clean_room import ground

# folder, Django's settings, packages: what `make demo` and `make up` run
SERVICES = [
    ("monolith", "conference_go.settings", ["conference_go", "message_docs", "usage", "accounts", "events"]),
    ("monolith", "conference_go.settings", ["presentations", "contracts", "messaging", "web"]),
    ("attendees_microservice", "attendees_bc.settings", ["attendees_bc", "attendees"]),
    ("presentation_workflow", "presentation_mailer.settings", ["presentation_mailer"]),
    (".", None, ["poller", "native", "controls", "lab.tour", "lab.scenes"]),
]
COMMANDS = [["-m", "lab", "--help"], ["-m", "lab", "tour", "--help"], ["-m", "poller", "--help"]]


@pytest.fixture
def checkout(tmp_path) -> Path:
    folder = tmp_path / "copy"
    ground.copy_of_the_tree(folder)
    return folder


def make(checkout: Path, target: str, variables: dict[str, str]) -> None:
    environment = {**ground.scrubbed(checkout.parent), **variables}
    made = subprocess.run(["make", target], cwd=checkout, env=environment, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr


def python(checkout: Path, *arguments: str, **variables: str) -> str:
    """What Python prints, with what was installed in that checkout and nothing else. Raises AssertionError."""
    done = subprocess.run(
        [checkout / ".venv/bin/python", *arguments], cwd=checkout, capture_output=True, text=True, check=False,
        env={**ground.scrubbed(checkout.parent), **variables},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def imports(checkout: Path, folder: str, settings: str | None, packages: list[str]) -> None:
    """Raises AssertionError where one of the modules cannot be imported."""
    variables = {"DJANGO_SETTINGS_MODULE": settings} if settings else {}
    python(checkout, "tests/imports.py", folder, *packages, DEBUG="1", DATABASE_URL="postgres:///unused", **variables)


def test_each_target_installs_all_that_it_runs(checkout, from_wheels):
    make(checkout, ".venv/runs", from_wheels)
    for service in SERVICES:
        imports(checkout, *service)
    for command in COMMANDS:
        assert "usage" in python(checkout, *command).lower()

    make(checkout, ".venv/lab", from_wheels)
    imports(checkout, "monolith", "conference_go.settings", ["lab"])  # it calls the monolith's actions
    assert "--growth" in python(checkout, "-m", "lab", "race", "--help")

    make(checkout, ".venv/tests", from_wheels)
    for folder in ("tests", "lab", "messaging", "benchmarks"):
        python(checkout, "-m", "pytest", "--collect-only", folder, TEST_DATABASE_URL="postgres:///unused")
    for tool in ("ruff", "mypy"):
        python(checkout, "-m", tool, "--version")
