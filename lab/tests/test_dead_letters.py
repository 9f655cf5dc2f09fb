"""Dead letters on a page: looked at, replayed, discarded, over a real broker."""

import re

import pika
import pytest
from pika import BasicProperties

from contracts.messages import PresentationApproved
from contracts.topology import conference_go
from lab.board import undoing
from lab.clients import wait_until
from lab.dead.notes import NOTES
from lab.feed.balance import first_id

DEAD, QUEUE = "workflow.dead_letters", "workflow.presentation_approvals"


@pytest.fixture
def channel(broker, settings):
    settings.DEBUG, settings.RABBITMQ_URL = True, broker.url
    with pika.BlockingConnection(pika.URLParameters(broker.url)) as connection:
        conference_go().declare(connection)
        channel = connection.channel()
        channel.confirm_delivery()
        for queue in (DEAD, QUEUE):
            channel.queue_purge(queue)
        yield channel


@pytest.fixture
def message(channel):
    wire = PresentationApproved(presenter_name="Ada", presenter_email="ada@example.com", title="Lost").wire()
    died = {**wire.headers, "why": "Permanent: 550 no such <user>", "died_at": "2026-01-01", "from_queue": QUEUE}
    properties = BasicProperties(message_id=str(wire.id), type=wire.type, headers={**died, "attempts": 1})
    channel.basic_publish("", DEAD, wire.body, properties)
    return str(wire.id)


def count(channel, queue):
    return channel.queue_declare(queue, passive=True).method.message_count


def press(client, message, deed, **data):
    return client.post(f"/dead-letters/workflow/{message}/{deed}/", data, headers={"HX-Request": "true"})


def test_each_is_shown_with_its_reason(client, message):
    page = client.get("/dead-letters/").content.decode()

    assert "1 dead letter<" in page
    assert "Permanent: 550 no such &lt;user&gt;" in page
    assert f'href="/why/{message}"' in page


def test_one_that_is_replayed_is_back_in_its_queue_under_its_id(client, channel, message):
    answer = press(client, message, "replay")

    assert "is back in workflow.presentation_approvals" in answer.content.decode()
    assert answer.headers["HX-Trigger"] == "dead-letters-changed"
    _, properties, _ = channel.basic_get(QUEUE, auto_ack=True)
    assert (properties.message_id, "why" in properties.headers, count(channel, DEAD)) == (message, False, 0)
    assert (NOTES.newest(1)[0].verb, NOTES.newest(1)[0].who) == ("replayed", "somebody on this machine")


def test_nothing_is_discarded_without_a_reason(client, channel, message):
    assert "Say why it is discarded" in press(client, message, "discard", why=" ").content.decode()
    assert count(channel, DEAD) == 1


def test_one_that_is_discarded_is_noted_with_who_and_why_and_can_be_put_back(client, channel, message, caplog):
    told = press(client, message, "discard", why="a test").content.decode()

    assert count(channel, DEAD) == 0
    assert f"discarded dead letter presentation.approved {message} of workflow: a test" in caplog.text
    page = client.get("/dead-letters/").content.decode()
    assert re.search(r"somebody on this machine discarded presentation.approved .* of workflow: a test", page)
    assert NOTES.discarded(first_id(0)) >= 1
    undoing.undo(int(re.search(r"/do/undo-(\d+)/", told)[1]))
    assert count(channel, DEAD) == 1
    assert "Permanent: 550" in client.get("/dead-letters/").content.decode()


def test_one_that_somebody_else_took_is_not_there_any_more(client, channel, message):
    channel.queue_purge(DEAD)

    assert "There is no dead letter" in press(client, message, "replay").content.decode()


def test_one_whose_queue_is_gone_stays(client, channel):
    properties = BasicProperties(message_id="m-1", type="x", headers={"from_queue": "gone", "died_at": "then"})
    channel.basic_publish("", DEAD, b"{}", properties)

    assert "it stays a dead letter" in press(client, "m-1", "replay").content.decode()
    wait_until(lambda: count(channel, DEAD) == 1, "the dead letter, which whoever looked at it gave back")


def test_one_that_names_no_queue_stays(client, channel):
    channel.basic_publish("", DEAD, b"{}", BasicProperties(message_id="m-2", type="x"))

    assert "it cannot be replayed" in press(client, "m-2", "replay").content.decode()
    wait_until(lambda: count(channel, DEAD) == 1, "the dead letter, which whoever looked at it gave back")


def test_without_a_broker_the_page_says_so(client, settings):
    settings.DEBUG, settings.RABBITMQ_URL = True, "amqp://guest:guest@127.0.0.1:1/"

    assert "RabbitMQ does not answer" in client.get("/dead-letters/").content.decode()


def test_looking_needs_the_pages_own_token(message):
    from django.test import Client

    assert press(Client(enforce_csrf_checks=True), message, "replay").status_code == 403
