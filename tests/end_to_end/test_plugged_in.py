"""With a container engine: programs of the course in the places of ours, one or several, each in its container."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.end_to_end.conftest import own_ports, run
from tests.end_to_end.course_requests import ACCEPTED, REJECTED, a_conference, a_talk, sent
from tests.end_to_end.test_in_containers import pytestmark  # noqa: F401 - only where an engine answers
from tests.faults.patience import until

COURSE = Path(__file__).parents[1] / "course"
FOLDERS = {f"{place.upper()}_DIR": str(COURSE / place) for place in ("attendees", "monolith", "workflow", "poller")}
IN_DOUBT = """
    SELECT count(*) FROM presentations_presentation
     WHERE status <> 'SUBMITTED' AND notified IS NULL AND handed_over IS NULL
"""


class Stack:
    """The application in course mode, without the board."""

    def __init__(self) -> None:
        self._env = {
            **own_ports(), **FOLDERS, "COMPOSE_PROJECT_NAME": "conference-go-plugged", "COGO_COURSE": "1",
            "LAB": "0", "LAB_URL": "", "POLL_INTERVAL": "1",
        }  # fmt: skip
        self.monolith = f"http://localhost:{self._env['MONOLITH_PORT']}"
        self.attendees = f"http://localhost:{self._env['ATTENDEES_PORT']}"

    def plug_in(self, *places: str) -> None:
        """Programs of the course in these places, ours in the others; returns when all is well."""
        files = [word for place in places for word in ("-f", f"deploy/mine/{place}.yml")]
        self.compose("-f", "docker-compose.yml", *files, "up", "--build", "--detach", "--wait")

    def compose(self, *words: str) -> str:
        """What it printed."""
        return run("docker", "compose", *words, env=self._env)

    def end(self) -> None:
        """Nothing is left of it."""
        self.compose("down", "--volumes", "--remove-orphans", "--rmi", "local")

    def letters(self, to: str) -> list[tuple[str, bool]]:
        """What somebody got: about what, and whether a worker of ours wrote it."""
        letters = requests.get(f"http://localhost:{self._env['MAIL_PORT']}/email", timeout=10).json()
        mine = [letter for letter in letters if letter["to"][0]["address"] == to]
        return [(letter["subject"], "x-worker" in letter["headers"]) for letter in mine]

    def in_doubt(self) -> int:
        """Decisions of our monolith of which nobody knows whether the presenter was told."""
        asked = self.compose("exec", "-T", "database", "psql", "-U", "postgres", "-Atc", IN_DOUBT, "monolith")
        return int(asked)


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    stack = Stack()
    stack.end()
    try:
        yield stack
    finally:
        stack.end()


def test_their_monolith_works_with_our_attendees_service_poller_and_worker(stack):
    stack.plug_in("monolith")
    alan = {"email": "alan@example.com", "first_name": "Alan", "last_name": "T."}

    conference = sent("post", f"{stack.monolith}/api/conferences/", {"name": "TheirDay"})["href"]
    sent("put", f"{a_talk(stack.monolith, conference, 'maybe@example.com')}approval/")

    known = f"{stack.attendees}/api/conferences/"
    assert until(lambda: "TheirDay" in requests.get(known, timeout=10).text, 120)
    registered = {"name": "Alan", "email": alan["email"], "conference": conference}
    attendee = stack.attendees + sent("post", f"{stack.attendees}/api/attendees/", registered)["href"]
    sent("post", f"{stack.monolith}/api/accounts/", alan)
    assert until(lambda: requests.get(attendee, timeout=10).json()["has_account"], 120)
    assert until(lambda: stack.letters("maybe@example.com"), 120)
    assert stack.letters("maybe@example.com") == [(ACCEPTED, True)]


def test_their_attendees_service_poller_and_mailer_work_with_our_monolith(stack):
    stack.plug_in("attendees", "poller", "workflow")
    assert until(lambda: "Waiting for messages" in stack.compose("logs", "attendees_microservice"), 120)
    ada = {"email": "ada@example.com", "username": "ada", "first_name": "Ada", "last_name": "L."}

    conference = a_conference(stack.monolith)
    sent("post", f"{stack.monolith}/api/accounts/", {**ada, "password": "difference-engine"})
    sent("put", f"{a_talk(stack.monolith, conference, 'yes@example.com')}approval/")
    sent("put", f"{a_talk(stack.monolith, conference, 'no@example.com')}rejection/")

    assert until(lambda: conference in stack.compose("logs", "poller"), 120)
    registered = json.dumps({"name": "Ada", "email": ada["email"], "conference": conference})
    theirs = f"{stack.attendees}/api/attendees/"
    assert until(lambda: requests.post(theirs, data=registered, timeout=10).status_code == 200, 120)
    assert until(lambda: requests.get(f"{theirs}1/", timeout=10).json()["has_account"], 120)
    assert until(lambda: stack.letters("yes@example.com") and stack.letters("no@example.com"), 120)
    assert until(lambda: not stack.in_doubt(), 120)
    assert stack.letters("yes@example.com") == [(ACCEPTED, False)]
    assert stack.letters("no@example.com") == [(REJECTED, False)]
