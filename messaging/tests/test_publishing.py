"""The publisher says of each message what became of it."""

import dataclasses
from uuid import uuid4

import pytest
from django.db import OperationalError
from pika.exceptions import ChannelClosedByBroker

from contracts.messages import PresentationApproved
from contracts.queues import PRESENTATION_APPROVALS
from messaging.batch import Outcome
from messaging.connection import CONNECTION_ERRORS
from messaging.gathering import GATHERED
from messaging.publisher import Publisher
from messaging.tests.conftest import PatientPublisher, approval
from messaging.topology import Topology


def test_confirmed_messages_are_in_the_queue_in_their_order(publisher: PatientPublisher, channel):
    wires = [approval(n).wire() for n in range(1, 1001)]

    outcomes = publisher.publish(wires)

    assert set(outcomes.values()) == {Outcome.CONFIRMED}
    received = [channel.basic_get(PRESENTATION_APPROVALS.name)[1].message_id for _ in wires]
    assert received == [str(wire.id) for wire in wires]


def test_bodies_of_any_size_are_sent(publisher: PatientPublisher):
    sizes = (1, GATHERED - 1, GATHERED, 2 * GATHERED, 10 * GATHERED)
    wires = [dataclasses.replace(approval(n).wire(), body=b"x" * size) for n, size in enumerate(sizes, 1)]

    assert [publisher.publish([wire]) for wire in wires] == [{wire.id: Outcome.CONFIRMED} for wire in wires]
    more = [dataclasses.replace(wire, id=uuid4()) for wire in wires]
    assert set(publisher.publish(more).values()) == {Outcome.CONFIRMED}


def test_a_message_for_which_no_queue_is_bound_is_returned_and_the_others_are_not(publisher: PatientPublisher):
    good, bad = approval(1).wire(), dataclasses.replace(approval(2).wire(), key="nowhere")

    outcomes = publisher.publish([bad, good])

    assert outcomes == {bad.id: Outcome.RETURNED, good.id: Outcome.CONFIRMED}


def test_a_channel_that_the_broker_closed_is_the_end_of_its_publisher(publisher: PatientPublisher):
    lost = dataclasses.replace(approval(1).wire(), exchange="missing")

    with pytest.raises(ChannelClosedByBroker, match="no exchange 'missing'"):
        publisher.publish([lost])
    with pytest.raises(ChannelClosedByBroker):
        publisher.run_once(0)


def test_without_a_broker_the_first_turns_say_so():
    with (
        Publisher("amqp://guest:guest@127.0.0.1:1/", "test", Topology()) as publisher,
        pytest.raises(CONNECTION_ERRORS),
    ):
        while True:
            publisher.run_once(1)


def test_a_message_of_a_source_whose_database_is_away_raises_the_databases_error():
    class Changing:
        presentation_id = 7

        @property
        def presenter_name(self):
            raise OperationalError("connection timed out")

    with pytest.raises(OperationalError):
        PresentationApproved.of(Changing())
