"""The whole application, started for the tests alone: own ports, own folder, own project name."""

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Page

from native.rabbitmq import free_port
from tests.end_to_end.chromium import chromium
from tests.end_to_end.collector import Collector, collecting
from tests.end_to_end.front_end import serving

ROOT = Path(__file__).parents[2]


def own_ports() -> dict[str, str]:
    """Variables that move the application away from a running one."""
    names = ("MONOLITH_PORT", "ATTENDEES_PORT", "LAB_PORT", "WORKFLOW_PORT", "MAIL_PORT", "RABBITMQ_MANAGEMENT_PORT")
    return {name: str(free_port()) for name in names}


def run(*command: str, env: dict[str, str]) -> str:
    """What a command printed. Fails the test, showing all of it, when it did not end with 0."""
    program = [sys.executable if command[0] == "python" else command[0], *command[1:]]
    done = subprocess.run(
        program, cwd=ROOT, env={**os.environ, **env}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert done.returncode == 0, f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}"
    return done.stdout


def left_of(folder: str, port_of_epmd: str) -> list[list[str]]:
    """Processes of the application in that folder: they name it, or the port of its port mapper."""
    found = [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]
    return [command for command in found if folder in (line := " ".join(command)) or port_of_epmd in line]


@contextmanager
def up(**settings: str) -> Iterator[dict[str, str]]:
    """The application without a container engine, until the end of the block; the variables that it runs with. Then
    no process of it may be left.

    Not in pytest's own folder for the run: another pytest that starts meanwhile closes the way to that for everyone
    else, and as root, Postgres is somebody else.
    """
    with tempfile.TemporaryDirectory(prefix="cogo-run-") as folder:
        env = {**own_ports(), "RUN_DIR": folder, "DEBUG": "1", **settings}
        try:
            run("python", "-m", "native", "up", env=env)
            ports = (Path(folder) / "ports").read_text().splitlines()
            yield env
        finally:
            run("python", "-m", "native", "down", env=env)
        assert left_of(folder, next(line.partition("=")[2] for line in ports if line.startswith("EPMD"))) == []


@pytest.fixture(scope="package")
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


@pytest.fixture(scope="package")
def application(collector: Collector) -> Iterator[dict[str, str]]:
    """As `make up` starts it, with a quicker poller, and told where traces go."""
    password = secrets.token_urlsafe(12)
    with up(POLL_INTERVAL="2", ORGANISER_PASSWORD=password, OTEL_EXPORTER_OTLP_ENDPOINT=collector.url) as env:
        yield env


@pytest.fixture(scope="package")
def front_end() -> Iterator[str]:
    """The origin of the course's front end: http://localhost, and a port."""
    with serving(ROOT / "tests" / "course") as origin:
        yield origin


@pytest.fixture(scope="package")
def open_application(front_end) -> Iterator[dict[str, str]]:
    """As for the course: open to programs that know no log-in, and to a front end."""
    with up(COGO_COURSE="1", CORS_ALLOWED_ORIGINS=front_end) as env:
        yield env


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def press(page: Page, words: str) -> None:
    """Click the button of the board that says so."""
    page.get_by_role("button", name=words, exact=True).click()
