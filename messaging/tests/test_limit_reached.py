"""RabbitMQ takes no more connections than it has: what can be done with those is done, and the limit is named."""

import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests
from django.db import transaction

from contracts.topology import conference_go
from messaging.database import alias, connection
from messaging.outbox import publish
from messaging.outbox.models import OutboxMessage
from messaging.outbox.relay import Relay
from messaging.tests.conftest import approval, eventually
from messaging.tests.recorder import DEAD, Recorder, depth


@pytest.fixture
def at_limit(broker, broker_url) -> Iterator[object]:
    """Allows the virtual host no more than so many connections from now on."""

    def allow(number: int) -> None:
        answer = requests.put(
            f"{broker.management_url}/api/vhost-limits/{urlsplit(broker_url).path[1:]}/max-connections",
            json={"value": number}, auth=("guest", "guest"), timeout=10,
        )  # fmt: skip
        answer.raise_for_status()

    return allow


def test_an_unreadable_message_at_the_limit_is_parked_and_stops_no_good_one(publisher, channel, consume, at_limit):
    recorder = Recorder()
    consume(recorder.consumer)
    publisher.publish([approval(1).wire()])
    eventually(lambda: recorder.seen == [1])
    at_limit(3)  # publisher, channel and consumer

    channel.basic_publish("presentations", "presentation_approvals", b"no JSON")
    publisher.publish([approval(n).wire() for n in range(2, 22)])

    eventually(lambda: recorder.seen == list(range(1, 22)))
    eventually(lambda: depth(channel, DEAD) == 1)


def test_a_message_that_fails_at_the_limit_comes_again(retried_soon, publisher, channel, consume, at_limit):
    failures = [RuntimeError("once")]

    def fail_once(_message):
        if failures:
            raise failures.pop()

    recorder = Recorder(fail_once)
    consume(recorder.consumer)
    eventually(lambda: channel.queue_declare("workflow.presentation_approvals", passive=True).method.consumer_count)
    at_limit(3)

    publisher.publish([approval(1).wire()])

    eventually(lambda: recorder.seen == [1, 1])


@pytest.mark.django_db(transaction=True)
def test_a_relay_that_gets_one_connection_only_works_with_it(channel, broker_url, stop, caplog, at_limit):
    at_limit(2)  # channel and relay
    with transaction.atomic(alias()):
        publish(approval(1))
    running = threading.Thread(target=Relay(broker_url, "test relay", conference_go(), stop).run)
    running.start()

    eventually(lambda: OutboxMessage.objects.get().sent_at)
    stop.set()
    running.join()
    assert "a limit of RabbitMQ is reached" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_relay_that_gets_no_connection_says_that_a_limit_is_reached(channel, broker_url, stop, caplog, at_limit):
    at_limit(1)
    running = threading.Thread(target=Relay(broker_url, "test relay", conference_go(), stop).run)
    running.start()

    eventually(lambda: "lost RabbitMQ (a limit of RabbitMQ is reached: " in caplog.text)
    stop.set()
    running.join()
    connection.close()
