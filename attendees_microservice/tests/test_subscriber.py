"""The subscriber on a real broker."""

import threading
import time

import pika
import pytest
from django.conf import settings
from django.db import connection
from samples import SPRING, a_conference

from attendees.copies import live_ids
from attendees.handlers import consumer
from attendees.models import AccountVO, Observation
from contracts.messages import AccountChanged, ConferenceChanged, ConferenceDeleted
from messaging import topology
from messaging.shutdown import Stop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def channel(broker_url):
    """Where a test publishes, as the monolith's relay does."""
    with pika.BlockingConnection(pika.URLParameters(broker_url)) as opened:
        channel = opened.channel()
        settings.MESSAGING_TOPOLOGY.declare_on(channel)
        yield channel


@pytest.fixture
def bound(broker_url):
    """The subscriber, running; the event is set each time its queues were bound."""
    bound, stop = threading.Event(), Stop()

    def subscribe():
        consumer.run(broker_url, "attendees_subscriber test", stop, on_ready=bound.set)
        connection.close()

    thread = threading.Thread(target=subscribe)
    thread.start()
    assert bound.wait(15)
    yield bound
    stop.set()
    thread.join(15)


def publish(channel, message):
    wire = message.wire()
    channel.basic_publish(wire.exchange, wire.key, wire.body, wire.properties())


def eventually(condition):
    deadline = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.02)


def test_news_becomes_copies(channel, bound):
    names = {"first_name": "Ada", "last_name": "L", "is_active": True, "updated": SPRING, "revision": 1}

    publish(channel, AccountChanged(email="ada@example.com", **names))
    publish(channel, ConferenceChanged.of(a_conference(3)))
    publish(channel, ConferenceChanged.of(a_conference(4)))
    publish(channel, ConferenceDeleted(id=4, revision=2, updated=SPRING))

    eventually(lambda: Observation.objects.count() == 3 and AccountVO.objects.exists())
    assert live_ids() == {3}


def test_an_unreadable_message_does_not_hold_up_the_next(channel, bound):
    channel.basic_publish("conference_info", "", b"{not json")
    channel.basic_publish("conference_info", "", b'{"id": 3}', pika.BasicProperties(type="conference.changed"))
    publish(channel, ConferenceChanged.of(a_conference(3)))

    eventually(lambda: live_ids() == {3})
    dead = topology.dead_letter_queue("attendees")
    eventually(lambda: channel.queue_declare(dead, passive=True).method.message_count == 2)


def test_what_came_while_it_was_away_is_waiting_for_it(channel, request):
    publish(channel, ConferenceChanged.of(a_conference(3)))

    request.getfixturevalue("bound")

    eventually(lambda: live_ids() == {3})
