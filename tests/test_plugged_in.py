"""A learner's folder takes the place of one service, and leaves no part of ours without what it waits for."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PLACES = {
    "attendees": ("attendees_microservice", "ATTENDEES_DIR"),
    "monolith": ("monolith", "MONOLITH_DIR"),
    "workflow": ("presentation_workflow", "WORKFLOW_DIR"),
    "poller": ("poller", "POLLER_DIR"),
}
needs_compose = pytest.mark.skipif(shutil.which("docker") is None, reason="docker is not installed")


def configured(*places: str, **variables: str) -> subprocess.CompletedProcess[str]:
    files = ["docker-compose.yml", *(f"deploy/mine/{place}.yml" for place in places)]
    command = ["docker", "compose", *(word for file in files for word in ("-f", file)), "config", "--format", "json"]
    env = {name: value for name, value in os.environ.items() if not name.endswith("_DIR")}
    return subprocess.run(command, cwd=ROOT, env={**env, **variables}, capture_output=True, text=True, check=False)


@needs_compose
@pytest.mark.parametrize("places", [*([place] for place in PLACES), list(PLACES)], ids=" ".join)
def test_each_place_is_built_from_the_folder(tmp_path, places):
    done = configured(*places, **{PLACES[place][1]: str(tmp_path) for place in places})

    assert done.returncode == 0, done.stderr
    services = json.loads(done.stdout)["services"]
    from_folder = {
        name for name, service in services.items() if service.get("build", {}).get("context") == str(tmp_path)
    }
    assert from_folder == {PLACES[place][0] for place in places}
    assert not any(
        services[name].get("command") or "DATABASE_URL" in services[name]["environment"] for name in from_folder
    )


def commands_of_the_page() -> list[str]:
    page = ROOT / "docs/how-to/plug-in-your-own-service.md"
    return re.findall(r"^\| .* \| `(.*)` \|$", page.read_text(), re.MULTILINE)


@needs_compose
@pytest.mark.parametrize("command", commands_of_the_page())
def test_compose_understands_what_the_page_says_to_type(command):
    """To build and start the learner's folder is the learner's: ours are built by the tests with containers."""
    asked = command.replace("up --build", "config --quiet")
    done = subprocess.run(["bash", "-c", asked], cwd=ROOT, capture_output=True, text=True, check=False)

    assert asked != command
    assert done.returncode == 0, done.stderr


def test_the_page_has_a_command_for_each_place():
    assert [place for place in PLACES if sum(f"mine/{place}.yml" in each for each in commands_of_the_page()) != 1] == []


@needs_compose
@pytest.mark.parametrize("place", PLACES)
def test_a_missing_folder_is_named(place):
    done = configured(place)

    assert done.returncode != 0
    assert PLACES[place][1] in done.stderr


@pytest.mark.parametrize("place", PLACES)
def test_the_page_says_what_to_type(place):
    page = (ROOT / "docs" / "how-to" / "plug-in-your-own-service.md").read_text()
    command = (
        rf"COGO_COURSE=1 {PLACES[place][1]}=\S+ docker compose -f docker-compose.yml -f deploy/mine/{place}.yml up"
    )

    assert re.search(command, page)
