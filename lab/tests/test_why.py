"""Why did it not arrive: what may be asked, and what is said where no part of the application answers."""

import json
from datetime import UTC, datetime

import pytest
import requests
from django.test import Client

from lab.why import Explanation, Hop, Journey, State, explain
from lab.why.broker import Broker, BrokerAway
from lab.why.explaining import NotAnIdentifier, read
from lab.why.moments import moment
from lab.why.services import Places

ID = "0193a1c8-7e2b-7c00-8000-000000000001"
NOWHERE = "http://127.0.0.1:9"  # the discard port: nobody listens
PLACES = Places(NOWHERE, NOWHERE, NOWHERE, NOWHERE, "token")


@pytest.fixture
def visitor(monkeypatch, settings):
    monkeypatch.setattr("lab.why.explaining.Places", lambda: PLACES)
    settings.DEBUG = True  # whoever is on this machine may look
    return Client()


@pytest.mark.parametrize(
    ("identifier", "meant"),
    [
        (ID.upper(), ([ID], [])),
        ("presentation/7", ([], ["presentation/7"])),
        ("/conference/3/", ([], ["conference/3"])),
        ("7", ([], ["presentation/7", "conference/7"])),
        ("Ada@Example.com", ([], ["account/ada@example.com"])),
        ("account/Ada@example.com", ([], ["account/ada@example.com"])),
    ],
)
def test_a_message_is_named_by_its_id_or_by_what_it_is_about(identifier, meant):
    assert read(identifier) == meant


def test_a_moment_of_today_is_told_without_its_date():
    now = datetime.now(UTC)

    assert moment(now.isoformat()) == f"{now:%H:%M:%S}.{now.microsecond // 1000:03} UTC"
    assert moment("2025-01-02T03:04:05.678901+01:00") == "2025-01-02 02:04:05.678 UTC"
    assert moment("then") == "then"


@pytest.mark.parametrize("identifier", ["", "yes", "presentation/", "ticket/7", "7.5", "\u0667"])
def test_anything_else_is_refused_in_words(identifier):
    with pytest.raises(NotAnIdentifier, match="is no message id, presentation/7"):
        read(identifier)


def test_where_nothing_answers_it_knows_nothing_and_says_so():
    found = explain(ID, PLACES)

    assert [journey.hops[-1].state for journey in found.journeys] == [State.UNKNOWN]
    assert [each.split()[0] for each in found.problems] == ["monolith", "attendees", "workflow", "RabbitMQ's"]


def test_its_page_asks_and_shows(visitor):
    empty, asked = visitor.get("/why/"), visitor.get(f"/why/{ID}")

    assert "Why did it not arrive?" in empty.content.decode()
    assert "which does not answer" in asked.content.decode()
    assert f'value="{ID}"' in asked.content.decode()


def test_the_form_of_the_page_asks_the_same(visitor):
    assert "which does not answer" in visitor.get("/why/", {"id": ID}).content.decode()


def test_htmx_is_given_the_answer_alone(visitor):
    assert "<html" not in visitor.get(f"/why/{ID}", headers={"HX-Request": "true"}).content.decode()


def test_programs_are_given_json(visitor):
    answer = visitor.get(f"/why/{ID}", headers={"accept": "application/json"})

    assert json.loads(answer.content)["identifier"] == ID
    assert visitor.get(f"/why/{ID}?format=json").json()["journeys"][0]["hops"][0]["state"] == "unknown"


def test_a_question_that_cannot_be_read_is_400(visitor):
    page, json_ = visitor.get("/why/<b>"), visitor.get("/why/yes?format=json")

    assert (page.status_code, json_.status_code) == (400, 400)
    assert "<b>" not in page.content.decode().split('<main id="main">')[1].replace("<br>", "")


def test_htmx_asks_on_until_all_arrived(visitor, monkeypatch):
    def status_at(state):
        journey = Journey(ID, "presentation.approved", "workflow", [Hop("mail server", state, "…")])
        monkeypatch.setattr("lab.why.views.explain", lambda _id: Explanation(ID, "…", [], [journey]))
        return visitor.get(f"/why/{ID}", headers={"HX-Request": "true"}).status_code

    assert (status_at(State.WAITS), status_at(State.DONE)) == (200, 286)


def test_the_broker_is_asked_with_the_login_and_virtual_host_of_its_url(broker):
    def ask(method, path, **body):
        url = f"{broker.management_url}/api/{path}"
        requests.request(method, url, json=body, auth=("guest", "guest"), timeout=30).raise_for_status()

    ask("PUT", "users/why", password="p@ss", tags="monitoring")
    ask("PUT", "vhosts/why")
    ask("PUT", "permissions/why/why", configure=".*", write=".*", read=".*")
    ask("PUT", "queues/why/there", durable=True)
    place = broker.management_url.split("/")[2]

    there = Broker(broker.management_url, f"amqp://why:p%40ss@{place}/why").queues()

    assert list(there) == ["there"]
    with pytest.raises(BrokerAway, match="401"):
        Broker(broker.management_url, f"amqp://why:guest@{place}/why").queues()
