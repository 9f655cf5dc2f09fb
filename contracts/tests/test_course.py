"""What course programs declare, as they declare it, beside what is ours."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pika
import pytest
from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection
from pika.exceptions import ChannelClosedByBroker

from contracts.messages import AccountChanged, PresentationApproved
from contracts.queues import ATTENDEES_ACCOUNTS, COURSE_QUEUES, PRESENTATION_APPROVALS
from contracts.topology import conference_go

OURS = PRESENTATION_APPROVALS.name
THEIRS = "presentation_approvals"
COPIES = ATTENDEES_ACCOUNTS.name


@pytest.fixture
def connection(broker_url) -> Iterator[BlockingConnection]:
    with pika.BlockingConnection(pika.URLParameters(broker_url)) as connection:
        yield connection


def join(connection: BlockingConnection, course_mode: bool = False) -> BlockingChannel:
    """As each of our processes does when it connects; a channel to go on with."""
    conference_go(course_mode).declare(connection)
    channel = connection.channel()
    channel.confirm_delivery()
    return channel


def ada(**changes) -> AccountChanged:
    news = {"email": "ada@example.com", "first_name": "Ada", "last_name": "Lovelace", "is_active": True}
    return AccountChanged(**news, updated=datetime(2026, 11, 26, tzinfo=UTC), revision=3, **changes)


def approve(channel: BlockingChannel) -> None:
    wire = PresentationApproved(presenter_name="Ada", presenter_email="ada@example.com", title="Notes").wire()
    channel.basic_publish(wire.exchange, wire.key, wire.body, wire.properties(), mandatory=True)


def bodies(channel: BlockingChannel, queue: str) -> list[bytes]:
    found = []
    while (body := channel.basic_get(queue, auto_ack=True)[2]) is not None:
        found.append(body)
    return found


def test_a_course_subscriber_gets_what_we_publish_in_the_courses_own_body(connection):
    channel = join(connection)
    channel.exchange_declare("account_info", "fanout")
    mine = channel.queue_declare("", exclusive=True).method.queue
    channel.queue_bind(mine, "account_info")
    wire = ada().wire()

    channel.basic_publish(wire.exchange, wire.key, wire.body, wire.properties(), mandatory=True)

    (body,) = bodies(channel, mine)
    assert json.loads(body) == {
        "email": "ada@example.com", "first_name": "Ada", "last_name": "Lovelace", "is_active": True,
        "updated": "2026-11-26T00:00:00+00:00",
    }  # fmt: skip
    assert len(bodies(channel, COPIES)) == 1


def test_what_a_course_monolith_publishes_reaches_our_copies_once(connection):
    channel = join(connection)
    channel.exchange_declare(exchange="account_info", exchange_type="fanout")

    channel.basic_publish(exchange="account_info", routing_key="", body=b"{}")

    assert bodies(channel, COPIES) == [b"{}"]


def test_it_may_have_been_declared_by_them_before(connection):
    connection.channel().exchange_declare(exchange="account_info", exchange_type="fanout")

    channel = join(connection)

    channel.basic_publish(exchange="account_info", routing_key="", body=b"{}")
    assert bodies(channel, COPIES) == [b"{}"]


def test_an_exchange_of_an_earlier_version_of_ours_is_made_anew(connection):
    connection.channel().exchange_declare("account_info", "fanout", durable=True)

    join(connection)

    connection.channel().exchange_declare("account_info", "fanout")


def test_the_courses_queues_are_not_there_out_of_course_mode(connection):
    channel = join(connection)

    with pytest.raises(ChannelClosedByBroker, match="NOT_FOUND"):
        channel.queue_declare(THEIRS, passive=True)


def test_in_course_mode_decisions_go_to_the_queue_as_the_course_declares_it(connection):
    channel = join(connection, course_mode=True)

    channel.queue_declare(queue=THEIRS)
    approve(channel)

    assert len(bodies(channel, THEIRS)) == 1
    assert bodies(channel, OURS) == []


def test_a_program_that_wants_the_courses_queue_durable_is_refused(connection):
    channel = join(connection, course_mode=True)

    with pytest.raises(ChannelClosedByBroker, match="PRECONDITION_FAILED"):
        channel.queue_declare(THEIRS, durable=True)


def test_joining_again_changes_nothing(connection):
    approve(join(connection, course_mode=True))

    channel = join(connection, course_mode=True)

    assert len(bodies(channel, THEIRS)) == 1


def test_leaving_course_mode_moves_what_waits_there(connection):
    channel = join(connection, course_mode=True)
    approve(channel)
    channel.basic_publish(exchange="", routing_key=THEIRS, body=b"{}")

    channel = join(connection)

    approve(channel)
    assert len(bodies(channel, OURS)) == 3
    with pytest.raises(ChannelClosedByBroker, match="NOT_FOUND"):
        channel.queue_declare(THEIRS, passive=True)


def test_a_queue_that_somebody_reads_is_emptied_and_stays(connection):
    join(connection, course_mode=True).basic_consume(THEIRS, lambda *_: None, auto_ack=True)

    channel = join(connection)

    approve(channel)
    assert len(bodies(channel, OURS)) == 1
    channel.queue_declare(THEIRS, passive=True)


@pytest.mark.parametrize("wanted", [True, False])
def test_the_durable_queue_of_an_earlier_version_of_ours_is_emptied_into_the_new_one(connection, wanted):
    channel = connection.channel()
    channel.queue_declare(THEIRS, durable=True, arguments={"x-queue-type": "quorum"})
    channel.confirm_delivery()
    channel.basic_publish("", THEIRS, b"{}")

    channel = join(connection, course_mode=wanted)

    approve(channel)
    assert len(bodies(channel, OURS) + (bodies(channel, THEIRS) if wanted else [])) == 2


def test_who_reads_our_queue_reads_the_courses_as_well_in_course_mode():
    ours, theirs = [PRESENTATION_APPROVALS], [queue.name for queue in COURSE_QUEUES[:1]]

    assert [queue.name for queue in conference_go(course_mode=True).standing_in_for(ours)] == theirs
    assert conference_go(course_mode=False).standing_in_for(ours) == []
