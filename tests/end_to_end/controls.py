"""What is expected of the short commands, with whichever engine the application runs."""

import re
import time
from collections.abc import Callable
from contextlib import suppress

import requests

from tests.end_to_end.conftest import run

CREDENTIALS = ("guest", "guest")

EXAMPLES = ["Brokers and Queues", "Nothing Lost", "Poll or Push"]  # what the monolith is seeded with


class Controls:
    """The running application, and what a person types to act upon it."""

    def __init__(self, env: dict[str, str]) -> None:
        self.env = env
        self.monolith = f"http://127.0.0.1:{env['MONOLITH_PORT']}"
        self.attendees = f"http://127.0.0.1:{env['ATTENDEES_PORT']}"
        self.broker = f"http://127.0.0.1:{env['RABBITMQ_MANAGEMENT_PORT']}"

    def make(self, *words: str) -> str:
        """What `make` prints; it is not told the engine."""
        return run("make", "--no-print-directory", *words, env=self.env)

    def consumers(self, queue: str) -> int:
        """How many read the queue."""
        answer = requests.get(f"{self.broker}/api/queues/%2F/{queue}", auth=CREDENTIALS, timeout=10)
        return len(answer.json().get("consumer_details", []))

    def names(self, service: str) -> list[str]:
        """Of the conferences that a service knows."""
        return sorted(each["name"] for each in requests.get(f"{service}/api/conferences/").json()["conferences"])

    def waiting(self) -> dict[str, int]:
        """Each queue with messages, and how many."""
        totals = {"disable_stats": "true", "enable_queue_totals": "true"}
        queues = requests.get(f"{self.broker}/api/queues/%2F", params=totals, auth=CREDENTIALS).json()
        return {queue["name"]: queue["messages"] for queue in queues if queue["messages"]}

    def publish(self, queue: str, body: str) -> None:
        """A message of somebody's own, right into a queue."""
        message = {"properties": {}, "routing_key": queue, "payload": body, "payload_encoding": "string"}
        address = f"{self.broker}/api/exchanges/%2F/amq.default/publish"
        requests.post(address, json=message, auth=CREDENTIALS).raise_for_status()

    def lab_answers(self) -> bool:
        """Whether the board is there."""
        with suppress(requests.ConnectionError):
            return requests.get(f"http://127.0.0.1:{self.env['LAB_PORT']}/api/health/", timeout=10).ok
        return False

    def is_organiser(self, password: str) -> bool:
        """Whether the monolith takes the password."""
        return requests.get(f"{self.monolith}/api/organiser/", auth=("organiser", password)).status_code == 200

    def enters_the_admin_of(self, service: str, password: str) -> bool:
        """Whether the log-in page of a service's admin takes it."""
        with requests.Session() as browser:
            page = browser.get(f"{service}/admin/login/").text
            token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
            given = {"username": "organiser", "password": password, "csrfmiddlewaretoken": token, "next": "/admin/"}
            return "Log out" in browser.post(f"{service}/admin/login/", data=given).text


def until(what: Callable[[], bool]) -> None:
    """Returns once it is so."""
    deadline = time.monotonic() + 120
    while not what():
        assert time.monotonic() < deadline, "it did not become so"
        time.sleep(0.5)


def a_part_is_stopped_and_started(controls: Controls) -> None:
    """Also where it has several processes."""
    approvals, accounts = "workflow.presentation_approvals", "attendees.account_info"
    until(lambda: controls.consumers(accounts) == 1)

    controls.make("stop", "SERVICE=attendees_subscriber")
    until(lambda: controls.consumers(accounts) == 0)
    controls.make("start", "SERVICE=attendees_subscriber")
    until(lambda: controls.consumers(accounts) == 1)
    controls.make("restart", "SERVICE=poller")
    controls.make("stop", "SERVICE=lab")
    until(lambda: not controls.lab_answers())
    controls.make("start", "SERVICE=lab")
    until(controls.lab_answers)

    controls.make("scale", "WORKERS=3")
    until(lambda: controls.consumers(approvals) == 3)
    controls.make("stop", "SERVICE=presentation_workflow")
    until(lambda: controls.consumers(approvals) == 0)
    controls.make("start", "SERVICE=presentation_workflow")
    until(lambda: controls.consumers(approvals) == 3)
    controls.make("scale", "WORKERS=1")
    until(lambda: controls.consumers(approvals) == 1)


def the_organisers_password_is_set(controls: Controls) -> None:
    """To one that is made up, or to a given one; it counts in the admin of both web services."""
    said = controls.make("password")
    made_up = re.search(r"with the password (\S+) ", said)[1]
    assert controls.is_organiser(made_up)

    said = controls.make("password", "PASSWORD=the price of $$fresh news")
    assert "price" not in said
    assert [controls.is_organiser(each) for each in (made_up, "the price of $fresh news")] == [False, True]
    for service in (controls.monolith, controls.attendees):
        assert controls.enters_the_admin_of(service, "the price of $fresh news")
        assert not controls.enters_the_admin_of(service, made_up)


def everything_is_as_on_the_first_day(controls: Controls, letters: Callable[[], int]) -> None:
    """After conferences, accounts, letters and dead letters were added to it."""
    password = "as good as the old one"
    controls.make("password", f"PASSWORD={password}")
    place = requests.get(f"{controls.monolith}/api/locations/").json()["locations"][0]
    mine = {
        "name": "Mine",
        "description": "Not an example.",
        "starts": "2030-01-01T09:00:00Z",
        "ends": "2030-01-02T09:00:00Z",
        "max_presentations": 1,
        "max_attendees": 1,
        "location": int(place["href"].rstrip("/").split("/")[-1]),
    }
    added = requests.post(f"{controls.monolith}/api/conferences/", json=mine, auth=("organiser", password))
    assert added.status_code == 201, added.text
    until(lambda: "Mine" in controls.names(controls.attendees))
    guest = {"name": "Ada", "email": "ada@example.com", "conference": added.json()["id"]}
    assert requests.post(f"{controls.attendees}/api/attendees/", json=guest).status_code == 201
    controls.publish("workflow.dead_letters", "{}")
    until(lambda: "workflow.dead_letters" in controls.waiting())  # a quorum queue counts every five seconds

    controls.make("reset")

    assert controls.names(controls.monolith) == controls.names(controls.attendees) == EXAMPLES
    assert requests.get(f"{controls.attendees}/api/attendees/").json()["attendees"] == []
    assert controls.waiting() == {}
    assert letters() == 6
    assert controls.is_organiser(password)
