"""The broker in memory does with a message what RabbitMQ and a running consumer do: the same tests, on both."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from pika.exceptions import UnroutableError

from contracts.messages import AccountChanged, PresentationApproved
from contracts.queues import ATTENDEES_ACCOUNTS, PRESENTATION_APPROVALS
from contracts.topology import conference_go
from messaging import topology
from messaging.consumer import Consumer
from messaging.database import alias
from messaging.errors import Outage, Permanent
from messaging.message import Message
from messaging.outbox import publish
from messaging.testing import MemoryBroker
from messaging.tests.conftest import approval, eventually
from messaging.topology import Topology, dead_letter_queue

OWNER = PRESENTATION_APPROVALS.owner


@dataclass
class Ground:
    """Somewhere that messages go through."""

    publish: Callable[[Message], None]
    consume: Callable[[Consumer], None]
    dead: Callable[[int], list[str]]  # the ids of so many dead letters


@pytest.fixture
def in_memory() -> Ground:
    broker = MemoryBroker(conference_go())
    return Ground(broker.publish, broker.run, lambda _: [each.id for each in broker.dead_letters(OWNER)])


@pytest.fixture
def soon(monkeypatch):
    """A message that failed comes again at once."""
    monkeypatch.setattr(topology, "RETRY_DELAY_MS", 50)


@pytest.fixture
def on_rabbitmq(soon, publisher, channel, consume) -> Ground:
    def dead(number: int) -> list[str]:
        found: list[str] = []

        def look() -> bool:
            _, properties, _ = channel.basic_get(dead_letter_queue(OWNER), auto_ack=True)
            found.extend([properties.message_id] if properties else [])
            return len(found) >= number

        eventually(look)
        return found

    return Ground(lambda message: publisher.publish([message.wire()]), consume, dead)


@pytest.fixture(params=["in_memory", "on_rabbitmq"])
def ground(request: Any) -> Ground:
    return request.getfixturevalue(request.param)


def test_a_message_is_handled_once_and_is_gone(ground):
    handled, consumer = [], Consumer([PRESENTATION_APPROVALS], topology=conference_go())
    consumer.handles(PresentationApproved)(lambda message: handled.append(message.message_id))
    sent = approval(1)

    ground.publish(sent)
    ground.consume(consumer)

    eventually(lambda: handled == [sent.message_id])


def test_what_can_never_succeed_is_a_dead_letter_and_the_next_goes_on(ground):
    handled, consumer = [], Consumer([PRESENTATION_APPROVALS], topology=conference_go())
    bad, good = approval(1), approval(2)

    @consumer.handles(PresentationApproved)
    def handle(message):
        if message.message_id == bad.message_id:
            raise Permanent("no such address")
        handled.append(message.message_id)

    for each in (bad, good):
        ground.publish(each)
    ground.consume(consumer)

    assert ground.dead(1) == [str(bad.message_id)]
    eventually(lambda: handled == [good.message_id])


def test_what_fails_again_and_again_is_tried_five_times(ground):
    tries, consumer = [], Consumer([PRESENTATION_APPROVALS], topology=conference_go())

    @consumer.handles(PresentationApproved)
    def fail(message):
        tries.append(message)
        raise ValueError("not today")

    sent = approval(1)
    ground.publish(sent)
    ground.consume(consumer)

    assert ground.dead(1) == [str(sent.message_id)]
    assert len(tries) == 5


def test_of_a_batch_only_the_bad_one_falls_out(ground):
    handled, consumer = set(), Consumer([PRESENTATION_APPROVALS], prefetch=20, topology=conference_go())
    sent = [approval(number) for number in range(1, 9)]

    @consumer.handles(PresentationApproved, batch=8)
    def handle(messages):
        if sent[5] in messages:
            raise Permanent("that one")
        handled.update(message.message_id for message in messages)

    for each in sent:
        ground.publish(each)
    ground.consume(consumer)

    assert ground.dead(1) == [str(sent[5].message_id)]
    eventually(lambda: handled == {each.message_id for each in sent if each is not sent[5]})


def test_while_something_is_away_the_message_stays():
    broker = MemoryBroker(conference_go())
    consumer = Consumer([PRESENTATION_APPROVALS])

    @consumer.handles(PresentationApproved)
    def wait(_message):
        raise Outage("the mail server is away")

    sent = [approval(1), approval(2)]
    for each in sent:
        broker.publish(each)
    broker.run(consumer)

    assert [each.id for each in broker.waiting(PRESENTATION_APPROVALS)] == [str(each.message_id) for each in sent]


def test_each_subscriber_has_a_copy_and_what_nobody_is_bound_for_is_refused():
    broker = MemoryBroker(Topology((ATTENDEES_ACCOUNTS,)))
    news = AccountChanged(
        email="ada@example.com", first_name="Ada", last_name="L", is_active=True, updated="2026-11-27T00:00:00Z"
    )

    broker.publish(news)

    assert [each.id for each in broker.waiting(ATTENDEES_ACCOUNTS)] == [str(news.message_id)]
    with pytest.raises(UnroutableError):
        broker.publish(approval(1))


@pytest.mark.django_db(transaction=True)
def test_what_a_service_has_in_its_outbox_is_sent_once():
    broker = MemoryBroker(conference_go())
    with transaction.atomic(alias()):
        publish(approval(1))

    assert (broker.relay(), broker.relay()) == (1, 0)
    assert len(broker.waiting(PRESENTATION_APPROVALS)) == 1
