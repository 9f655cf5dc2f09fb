"""`cogo why` on the running application: each part is really stopped, filled or broken, and must be named."""

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

import pytest
import requests

from tests.end_to_end.conftest import ROOT, run

PATIENCE = 60


@dataclass
class Stack:
    env: dict[str, str]

    def __post_init__(self):
        self.monolith = f"http://127.0.0.1:{self.env['MONOLITH_PORT']}"
        self.management = f"http://127.0.0.1:{self.env['RABBITMQ_MANAGEMENT_PORT']}/api"
        token = {"username": "organiser", "password": self.env["ORGANISER_PASSWORD"]}
        key = requests.post(f"{self.monolith}/api/token/", json=token, timeout=30).json()["token"]
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Token {key}"

    def native(self, *arguments):
        return run("python", "-m", "native", *arguments, env=self.env)

    @contextmanager
    def without(self, *services):
        for service in services:
            self.native("stop", service)
        try:
            yield
        finally:
            for service in services:
                self.native("start", service)

    def offer(self):
        body = {"presenter_name": "Ada", "presenter_email": "ada@example.com", "title": "T", "synopsis": "S"}
        conference = self.session.get(f"{self.monolith}/api/conferences/", timeout=30).json()["conferences"][0]["href"]
        answer = self.session.post(f"{self.monolith}{conference}presentations/", json=body, timeout=30)
        return answer.json()["href"].split("/")[-2]

    def approve(self):
        number = self.offer()
        self.session.put(f"{self.monolith}/api/presentations/{number}/approval/", timeout=30).raise_for_status()
        return f"presentation/{number}"

    def broker(self, method, path, **body):
        answer = requests.request(
            method, f"{self.management}/{path}", json=body or None, auth=("guest", "guest"), timeout=30
        )
        answer.raise_for_status()
        return answer.json() if answer.text else None

    def publish(self, exchange, key, body, type_, message_id):
        properties = {"message_id": message_id, "type": type_, "delivery_mode": 2, "headers": {"version": 1}}
        self.broker(
            "POST", f"exchanges/%2F/{exchange}/publish", routing_key=key, payload=json.dumps(body),
            payload_encoding="string", properties=properties,
        )  # fmt: skip

    def why(self, identifier):
        done = subprocess.run(
            [sys.executable, "-m", "lab", "why", identifier, "--json"],
            cwd=ROOT, env={**os.environ, **self.env}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode in (0, 1), done.stderr
        return json.loads(done.stdout)

    def hops(self, identifier):
        """The last hop of each journey, those of confirmations left out."""
        found = self.why(identifier)["journeys"]
        return [each["hops"][-1] for each in found if each["type"] != "presentation.notified"]

    def wait_for(self, identifier, words):
        """The first last hop whose cause has the words."""
        deadline = time.monotonic() + PATIENCE
        while True:
            hops = self.hops(identifier)
            for hop in hops:
                if words in hop["cause"]:
                    return hop
            assert time.monotonic() < deadline, hops
            time.sleep(0.3)


@pytest.fixture(scope="module")
def stack(application):
    return Stack(application)


def test_it_arrived_then_and_there(stack):
    identifier = stack.approve()

    hop = stack.wait_for(identifier, "It arrived: the letter to ada@example.com went at")

    assert (hop["where"], hop["state"], hop["remedy"]) == ("mail server", "done", "")


def test_what_was_never_decided_was_not_committed(stack):
    found = stack.why(f"presentation/{stack.offer()}")

    assert "no decision was committed" in found["headline"]
    assert "approval/" in found["about"][0]["remedy"]


def test_there_is_no_such(stack):
    assert "There is no presentation/99999999" in stack.why("presentation/99999999")["headline"]
    assert "There is no such message" in stack.hops(str(uuid4()))[0]["cause"]


def test_the_broker_is_away(stack):
    with stack.without("rabbitmq"):
        hop = stack.wait_for(stack.approve(), "the broker is away")

    assert (hop["where"], "start rabbitmq" in hop["remedy"]) == ("outbox of monolith", True)


def test_the_relay_is_away(stack):
    with stack.without("monolith_outbox"):
        hop = stack.wait_for(stack.approve(), "no relay is at work")

        assert "start monolith_outbox" in hop["remedy"]


def test_the_queue_has_no_consumer(stack):
    with stack.without("presentation_workflow"):
        hop = stack.wait_for(stack.approve(), "no consumer")

        assert (hop["where"], hop["state"]) == ("workflow.presentation_approvals", "stuck")
        assert "start presentation_workflow" in hop["remedy"]


def test_the_mail_server_refuses_and_a_worker_holds_it(stack):
    with stack.without("mail"):
        hop = stack.wait_for(stack.approve(), "refused the letter")

        assert "held unacknowledged by presentation_workflow " in hop["cause"]
        assert "start mail" in hop["remedy"]
        assert "start mail" in stack.wait_for(stack.approve(), "refused the letter")["remedy"]  # behind it


def test_the_broker_refuses_it_as_a_queue_is_full(stack):
    limit = {"pattern": "^workflow.presentation_approvals$", "definition": {"max-length": 1}, "apply-to": "queues"}
    with stack.without("presentation_workflow"):
        stack.broker("PUT", "policies/%2F/full", **limit)
        try:
            for _ in range(3):
                identifier = stack.approve()
            hop = stack.wait_for(identifier, "The broker refused it")
        finally:
            stack.broker("DELETE", "policies/%2F/full")

    assert "next try in" in hop["cause"]
    stack.wait_for(identifier, "It arrived")


def test_a_dead_letter_has_its_reason_and_stays_one(stack):
    message_id = str(uuid4())
    stack.publish("presentations", "presentation_approvals", {"title": 7}, "presentation.approved", message_id)

    first = stack.wait_for(message_id, "It is a dead letter of workflow")
    again = stack.wait_for(message_id, "It is a dead letter of workflow")

    assert "does not fit its contract" in first["cause"]
    assert (first["where"], first["cause"]) == (again["where"], again["cause"])
    assert f"dead_letters replay {message_id}" in first["remedy"]


def test_a_message_that_failed_waits_for_its_retry_and_still_comes_back(stack):
    message_id = str(uuid4())
    body = {
        "email": "nul@example.com", "first_name": "\0", "last_name": "", "is_active": True,
        "updated": "2026-01-01T00:00:00Z", "revision": 1,
    }  # fmt: skip
    stack.publish("account_info", "", body, "account.changed", message_id)

    hop = stack.wait_for(message_id, "its retry comes in")
    assert (hop["where"], hop["state"]) == ("attendees.account_info.retry", "waits")

    stack.wait_for(message_id, "failed 2 times")


def test_an_account_arrives_and_its_copy_is_up_to_date(stack):
    found = stack.why("organiser@conference.go")

    assert [hop["cause"].split(",")[0] for hop in found["about"]] == ["The copy is up to date"]


def test_a_conference_that_only_the_poller_can_bring(stack):
    conference = stack.session.get(f"{stack.monolith}/api/conferences/", timeout=30).json()["conferences"][0]["href"]
    identifier = "/".join(conference.split("/")[-3:-1]).replace("conferences", "conference")
    with stack.without("attendees_subscriber", "poller"):
        stack.session.put(
            f"{stack.monolith}{conference}", json={"name": f"Day {uuid4()}"}, timeout=30
        ).raise_for_status()
        stack.wait_for(identifier, "no consumer")
        (station,) = stack.why(identifier)["about"]

        assert ("the poller comes in" in station["cause"], station["state"]) == (True, "waits")


def test_a_message_that_no_queue_takes_is_unroutable(stack):
    """The relay binds anew what it knows; until it may, somebody keeps the queue away from its exchange."""
    binding = "bindings/%2F/e/presentations/q/workflow.presentation_approvals"
    stack.broker("PUT", "permissions/%2F/guest", configure="^$", write=".*", read=".*")
    try:
        stack.broker("DELETE", f"{binding}/presentation_approvals")
        identifier = stack.approve()
        found = stack.wait_for(identifier, "It is unroutable")
    finally:
        stack.broker("PUT", "permissions/%2F/guest", configure=".*", write=".*", read=".*")

    assert "'presentation_approvals'" in found["cause"]
    stack.wait_for(identifier, "It arrived")


def test_a_service_that_is_away_is_named(stack):
    with stack.without("attendees_microservice"):
        found = stack.why("organiser@conference.go")

    assert any("attendees does not answer" in each for each in found["problems"])
    assert "does not answer" in found["about"][0]["cause"]
