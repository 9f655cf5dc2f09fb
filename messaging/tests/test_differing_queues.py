"""A queue that is there with other arguments concerns nobody but itself, and is told."""

import threading

import pytest
from django.db import transaction

from contracts.messages import PresentationRejected
from contracts.queues import PRESENTATION_REJECTIONS as OTHER
from contracts.topology import conference_go
from messaging import metrics
from messaging.database import alias
from messaging.outbox import publish
from messaging.outbox.models import OutboxMessage
from messaging.outbox.relay import Relay
from messaging.tests.conftest import approval, eventually
from messaging.tests.recorder import DEAD, QUEUE, Recorder, depth


def remake(channel, name: str, **arguments) -> None:
    """Somebody deletes a queue, and makes it again by hand in another way."""
    channel.queue_delete(name)
    channel.queue_declare(name, durable=True, arguments={"x-queue-type": "quorum", **arguments})


@pytest.fixture
def relaying(broker_url, stop):
    running = threading.Thread(target=Relay(broker_url, "test relay", conference_go(), stop).run)
    yield running
    stop.set()
    running.join()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", [QUEUE.name, QUEUE.retry, DEAD], ids=["queue", "retry", "dead letters"])
def test_the_relay_and_the_consumer_go_on_beside_a_queue_with_another_ttl(relaying, channel, consume, caplog, name):
    remake(channel, name, **{"x-message-ttl": 3_600_000})
    recorder = Recorder()
    with transaction.atomic(alias()):
        for number in range(1, 6):
            publish(approval(number))
        publish(PresentationRejected.model_validate(approval(9).model_dump()))

    relaying.start()
    consume(recorder.consumer)

    eventually(lambda: not OutboxMessage.objects.filter(sent_at=None).exists())
    eventually(lambda: recorder.seen == [1, 2, 3, 4, 5])
    assert f"{name} is not as this version asks for" in caplog.text
    assert f"{name} is not as this version asks for" in b"".join(metrics._readiness(lambda *_: None)).decode()
    assert depth(channel, OTHER.name) == 1


@pytest.mark.django_db(transaction=True)
def test_the_relay_goes_on_beside_an_exchange_of_other_properties(relaying, channel, caplog):
    channel.exchange_delete("conference_info")
    channel.exchange_declare("conference_info", "topic", durable=False)
    with transaction.atomic(alias()):
        publish(approval(1))

    relaying.start()

    eventually(lambda: not OutboxMessage.objects.filter(sent_at=None).exists())
    assert "conference_info is not as this version asks for" in caplog.text


def test_what_was_mended_is_no_longer_told(channel):
    remake(channel, DEAD)
    conference_go().declare(channel.connection)
    assert metrics.DIFFERS.labels(DEAD)._value.get() == 1

    channel.queue_delete(DEAD)
    conference_go().declare(channel.connection)

    assert metrics.DIFFERS.labels(DEAD)._value.get() == 0
