"""The publisher says of each message what became of it."""

import dataclasses

from messaging.batch import Outcome
from messaging.publisher import Publisher
from messaging.tests.conftest import approval
from messaging.topology import PRESENTATION_APPROVALS


def test_confirmed_messages_are_in_the_queue_in_their_order(publisher: Publisher, channel):
    wires = [approval(n).wire() for n in range(1, 1001)]

    outcomes = publisher.submit(wires).wait(30)

    assert set(outcomes.values()) == {Outcome.CONFIRMED}
    received = [channel.basic_get(PRESENTATION_APPROVALS.name)[1].message_id for _ in wires]
    assert received == [str(wire.id) for wire in wires]


def test_a_message_for_which_no_queue_is_bound_is_returned_and_the_others_are_not(publisher: Publisher):
    good, bad = approval(1).wire(), dataclasses.replace(approval(2).wire(), key="nowhere")

    outcomes = publisher.submit([bad, good]).wait(30)

    assert outcomes == {bad.id: Outcome.RETURNED, good.id: Outcome.CONFIRMED}


def test_a_channel_that_the_broker_closed_is_replaced(publisher: Publisher):
    lost = dataclasses.replace(approval(1).wire(), exchange="missing")

    assert publisher.submit([lost]).wait(30) == {lost.id: Outcome.UNKNOWN}
    assert publisher.wait_open(30)
    again = approval(2).wire()
    assert publisher.submit([again]).wait(30) == {again.id: Outcome.CONFIRMED}


def test_without_a_connection_the_outcome_is_unknown_at_once(broker_url: str, stop):
    never_started = Publisher(broker_url, "test", stop)

    assert never_started.submit([(wire := approval(1).wire())]).wait(0) == {wire.id: Outcome.UNKNOWN}
