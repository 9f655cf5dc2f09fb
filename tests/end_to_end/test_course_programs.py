"""Programs written for the course, to its contract, work with this application as they are (see tests/course)."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from pathlib import Path

import pytest
import requests

from tests.end_to_end.conftest import ROOT, run
from tests.faults.patience import until

HALL = {"name": "Moscone Center", "city": "San Francisco", "room_count": 30, "state": "CA"}
TALK = {"presenter_name": "Grace", "presenter_email": "grace@example.com", "title": "The first bug", "synopsis": "Moth"}
ADA = {"username": "ada", "email": "ada@example.com", "password": "difference-engine"}
ADA_NAMES = {"first_name": "Ada", "last_name": "Lovelace"}


@pytest.fixture(scope="module")
def monolith(open_application) -> str:
    return f"http://localhost:{open_application['MONOLITH_PORT']}"


@pytest.fixture(scope="module")
def broker(open_application) -> str:
    return run("python", "-m", "native", "broker", env=open_application).strip()


@pytest.fixture(scope="module")
def presentation(monolith) -> str:
    """Where a presentation is, that nobody decided about yet."""
    conference = a_conference(monolith)
    return sent("post", f"{monolith}{conference}presentations", TALK)["href"]


def sent(method: str, url: str, body: dict | None = None) -> dict:
    """The answer, as a front end of the course sees it."""
    response = requests.request(method, url, json=body, timeout=10)
    assert response.ok, response.text
    return response.json()


def a_conference(monolith: str, name: str = "DjangoDay") -> str:
    """Where a new conference is."""
    hall = sent("post", f"{monolith}/api/locations/", HALL)
    plan = {
        "name": name, "starts": "2030-05-01", "ends": "2030-05-03", "description": "Ponies.",
        "max_presentations": 10, "max_attendees": 100, "location": hall["href"].split("/")[-2],
    }  # fmt: skip
    return sent("post", f"{monolith}/api/conferences/", plan)["href"]


@contextmanager
def program(name: str, *arguments: str) -> Iterator[Callable[[], list[str]]]:
    """A course program at work, once it says so; what it printed since."""
    command = [sys.executable, str(ROOT / "tests" / "course" / f"{name}.py"), *arguments]
    lines: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "ready\n"

            def printed() -> list[str]:
                lines.append(process.stdout.readline())
                return lines

            yield printed
        finally:
            process.kill()


def letters(running: dict[str, str]) -> list[tuple[str, str]]:
    """To whom, and about what."""
    files = (Path(running["RUN_DIR"]) / "mail" / "new").glob("*")
    found = [message_from_bytes(file.read_bytes()) for file in files]
    return [(letter["To"], letter["Subject"]) for letter in found]


def test_a_course_poller_sees_each_conference(monolith):
    href = a_conference(monolith, "PollerDay")
    copied = run("python", "tests/course/poller.py", monolith, "2", env={})

    assert json.loads(copied)[href] == {"name": "PollerDay"}


def test_a_course_account_consumer_sees_a_sign_up_a_change_and_a_closed_account(monolith, broker):
    with program("account_consumer", broker) as printed:
        sent("post", f"{monolith}/api/accounts/", ADA | ADA_NAMES)
        assert json.loads(printed()[-1])["ada@example.com"] == "Ada Lovelace"

        sent("put", f"{monolith}/api/accounts/ada@example.com/", {"first_name": "Augusta"})
        assert json.loads(printed()[-1])["ada@example.com"] == "Augusta Lovelace"

        requests.delete(f"{monolith}/api/accounts/ada@example.com/", timeout=10).raise_for_status()
        assert "ada@example.com" not in json.loads(printed()[-1])


def test_a_course_mail_consumer_writes_the_letters_while_our_worker_is_away(
    open_application, monolith, broker, presentation
):
    run("python", "-m", "native", "stop", "presentation_workflow", env=open_application)
    show_mail = "import os; print(os.environ['EMAIL_HOST'], os.environ['EMAIL_PORT'])"
    mail = run(
        "python", "-m", "native", "run", "presentation_workflow", "python", "-c", show_mail, env=open_application
    ).split()
    try:
        with program("mail_consumer", broker, *mail):
            decided = sent("put", f"{monolith}{presentation}rejection/")

            assert decided["status"] == "REJECTED"
            expected = ("grace@example.com", "Your presentation has been rejected")
            assert until(lambda: expected in letters(open_application), 20)
    finally:
        run("python", "-m", "native", "start", "presentation_workflow", env=open_application)


def test_what_a_course_monolith_publishes_straight_to_the_queue_becomes_a_letter(open_application, broker):
    run("python", "tests/course/publisher.py", broker, "Alan", "alan@example.com", "On numbers", env={})

    assert until(lambda: ("alan@example.com", "Your presentation has been accepted") in letters(open_application), 20)
