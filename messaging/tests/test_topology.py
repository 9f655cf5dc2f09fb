"""One place declares everything, as often as anyone likes."""

import pika
import pytest
from pika.exceptions import ChannelClosedByBroker

from contracts.queues import PRESENTATION_APPROVALS, QUEUES
from contracts.topology import conference_go
from messaging import topology
from messaging.message import Message


def test_declaring_twice_changes_nothing(channel):
    conference_go().declare_on(channel)

    assert channel.is_open


def test_every_message_has_a_queue_that_expects_it():
    expected = {message for queue in QUEUES for message in queue.messages}

    assert expected == set(Message.registry.values())


def test_another_declaration_of_the_same_queue_is_refused(channel):
    with pytest.raises(ChannelClosedByBroker, match="inequivalent arg"):
        channel.queue_declare(PRESENTATION_APPROVALS.name)


def test_the_broker_itself_moves_a_rejected_message_to_its_owners_dead_letters(channel):
    queue = PRESENTATION_APPROVALS
    channel.confirm_delivery()
    channel.basic_publish("", queue.name, b"{}", pika.BasicProperties(message_id="1"))

    method, _, _ = channel.basic_get(queue.name)
    channel.basic_nack(method.delivery_tag, requeue=False)

    dead = _wait_for(channel, topology.dead_letter_queue(queue.owner))
    assert dead == ("1", b"{}")


def _wait_for(channel, queue: str) -> tuple[str, bytes]:
    for _, properties, body in channel.consume(queue, inactivity_timeout=20):
        assert properties is not None, f"nothing came to {queue}"
        return properties.message_id, body
    raise AssertionError
