"""A row over which the broker closes the channel, or that cannot be written at all, stops no other."""

import threading

import pytest
from django.db import transaction

from contracts.queues import PRESENTATION_APPROVALS
from contracts.topology import conference_go
from messaging.database import alias
from messaging.message import Wire
from messaging.outbox import publish
from messaging.outbox.models import OutboxMessage
from messaging.outbox.relay import Relay
from messaging.outbox.rows import store
from messaging.tests.conftest import approval, eventually

pytestmark = pytest.mark.django_db(transaction=True)

GOOD = 5


@pytest.fixture
def relaying(broker_url, stop, channel):
    running = threading.Thread(target=Relay(broker_url, "test relay", conference_go(), stop).run)
    yield running
    stop.set()
    running.join()


def good_ones_around(**spoilt) -> None:
    with transaction.atomic(alias()):
        for number in range(1, GOOD + 2):
            publish(approval(number))
    rows = OutboxMessage.objects.order_by("id")
    rows.filter(pk=rows[2].pk).update(**spoilt)


def sent() -> int:
    return OutboxMessage.objects.exclude(sent_at=None).count()


@pytest.mark.parametrize(
    ("spoilt", "reason"),
    [
        ({"exchange": "missing"}, "no exchange"),
        ({"exchange": "amq.rabbitmq.trace"}, "ACCESS_REFUSED"),
        ({"routing_key": "nowhere"}, "no queue is bound"),
        ({"headers": {"of": 2**70}}, "cannot be written"),
        ({"headers": {"x": "x" * 200_000}}, "FRAME_ERROR"),
        ({"headers": ["no", "table"]}, "cannot be written"),
        ({"headers": {"published_at_ns": -1_000_000_000}}, "cannot be written"),
        ({"headers": {"x" * 300: 1}}, "cannot be written"),
    ],
    ids=["404", "403", "unbound", "number", "frame", "list", "time", "name"],
)
def test_a_row_that_cannot_be_sent_is_put_off_with_its_reason_and_the_others_are_sent(relaying, spoilt, reason):
    good_ones_around(**spoilt)

    relaying.start()

    eventually(lambda: sent() == GOOD)
    eventually(lambda: OutboxMessage.objects.get(sent_at=None).attempts)
    assert reason in OutboxMessage.objects.get(sent_at=None).last_error


def test_a_message_larger_than_the_broker_takes_stops_no_other(relaying, broker):
    good_ones_around(body=b"x" * (broker.largest + 1))

    relaying.start()

    eventually(lambda: sent() == GOOD, seconds=120)
    eventually(lambda: "larger than" in OutboxMessage.objects.get(sent_at=None).last_error, seconds=120)


def test_two_hundred_that_cannot_be_sent_stop_no_other(relaying):
    with transaction.atomic(alias()):
        for number in range(1, 401):
            publish(approval(number))
    rows = OutboxMessage.objects.order_by("id").values_list("pk", flat=True)
    OutboxMessage.objects.filter(pk__in=list(rows)[::2]).update(exchange="missing")

    relaying.start()

    eventually(lambda: sent() == 200, seconds=60)


def test_messages_of_one_id_are_each_sent(relaying, channel):
    message = approval(1)
    with transaction.atomic(alias()):
        store([message.wire()], ["one"])
        store([message.wire()], ["another"])
        store([Wire(message.message_id, "presentations", "nowhere", "x", b"{}")], ["a third"])

    relaying.start()

    eventually(lambda: sent() == 2)
    eventually(lambda: OutboxMessage.objects.get(sent_at=None).last_error == "no queue is bound for it")
    eventually(lambda: channel.queue_declare(PRESENTATION_APPROVALS.name, passive=True).method.message_count == 2)


def test_a_message_does_not_take_over_the_identity_of_its_source():
    first = approval(1)

    assert type(first).of(first).message_id != first.message_id
    assert type(first).of(first).model_dump() == first.model_dump()
    assert type(first).of({**first.model_dump(), "message_id": "no id"}).presenter_name == first.presenter_name
