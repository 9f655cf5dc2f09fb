"""What becomes of a message, seen from the broker."""

import time

import pika
import pytest

from messaging import failure_publisher
from messaging.consumer import Consumer
from messaging.errors import Outage, Permanent
from messaging.tests.conftest import approval, cut_off, eventually
from messaging.tests.recorder import DEAD, QUEUE, Recorder, depth


def test_messages_arrive_in_order_and_leave_the_queue(publisher, channel, consume):
    recorder = Recorder()
    publisher.publish([approval(n).wire() for n in range(1, 101)])

    consume(recorder.consumer)

    eventually(lambda: len(recorder.seen) == 100)
    assert recorder.seen == list(range(1, 101))
    eventually(lambda: depth(channel, QUEUE.name) == 0)


def test_an_unreadable_message_is_dead_lettered_with_its_reason_while_the_next_flow(publisher, channel, consume):
    recorder = Recorder()
    channel.basic_publish("", QUEUE.name, b"{", pika.BasicProperties(message_id="broken"))
    publisher.publish([approval(1).wire()])

    consume(recorder.consumer)

    eventually(lambda: recorder.seen == [1] and depth(channel, DEAD) == 1)
    _, properties, body = channel.basic_get(DEAD)
    assert (properties.message_id, body) == ("broken", b"{")
    assert properties.headers["why"].startswith("Unreadable: the body is not JSON")
    assert properties.headers["from_queue"] == QUEUE.name


def test_what_can_never_succeed_is_tried_once(publisher, channel, consume):
    def refuse(_message):
        raise Permanent("no such mailbox")

    recorder = Recorder(refuse)
    publisher.publish([approval(1).wire()])

    consume(recorder.consumer)

    eventually(lambda: depth(channel, DEAD) == 1)
    assert recorder.seen == [1]
    assert channel.basic_get(DEAD)[1].headers["why"] == "Permanent: no such mailbox"


def test_what_fails_alone_is_tried_again_a_bounded_number_of_times(
    retried_soon, publisher, channel, consume, monkeypatch
):
    monkeypatch.setattr(failure_publisher, "MAX_ATTEMPTS", 2)

    def fail(message):
        if message.presentation_id == 1:
            raise ZeroDivisionError("oh")

    recorder = Recorder(fail)
    sent = approval(1).wire()
    publisher.publish([sent, approval(2).wire()])

    consume(recorder.consumer)

    eventually(lambda: depth(channel, DEAD) == 1, seconds=60)
    assert recorder.seen == [1, 2, 1]
    _, properties, body = channel.basic_get(DEAD)
    assert (properties.message_id, body) == (str(sent.id), sent.body)
    assert properties.headers["why"] == "failed 2 times, last with ZeroDivisionError: oh"
    assert "x-death" not in properties.headers


def test_a_canary_is_answered_by_whoever_reads_the_queue(channel, consume):
    recorder = Recorder()
    consume(recorder.consumer)
    answers = channel.queue_declare("", exclusive=True).method.queue
    properties = pika.BasicProperties(type="canary", message_id="tweet", headers={"reply_to": answers})
    channel.basic_publish("", QUEUE.name, b"{}", properties)

    eventually(lambda: depth(channel, answers) == 1)

    _, properties, who = channel.basic_get(answers)
    assert (properties.message_id, who) == ("tweet", b"test consumer")
    eventually(lambda: depth(channel, QUEUE.name) == 0)
    assert recorder.seen == []


def test_an_outage_keeps_the_message_and_its_order(publisher, channel, consume):
    def be_away_three_times(_message):
        if len(recorder.seen) < 4:
            raise Outage("the mail server is away")

    recorder = Recorder(be_away_three_times)
    publisher.publish([approval(1).wire(), approval(2).wire()])

    consume(recorder.consumer)

    eventually(lambda: len(recorder.seen) == 5, seconds=60)
    assert recorder.seen == [1, 1, 1, 1, 2]
    assert depth(channel, DEAD) == 0


def test_a_consumer_that_the_broker_cancelled_consumes_again(publisher, channel, consume):
    recorder = Recorder()
    consume(recorder.consumer)
    eventually(lambda: channel.queue_declare(QUEUE.name, passive=True).method.consumer_count == 1)

    channel.queue_delete(QUEUE.name)
    eventually(lambda: queue_is_back(channel.connection))
    publisher.publish([approval(1).wire()])

    eventually(lambda: recorder.seen == [1])


def queue_is_back(connection) -> bool:
    try:
        with connection.channel() as probe:
            return probe.queue_declare(QUEUE.name, passive=True).method.consumer_count == 1
    except pika.exceptions.ChannelClosedByBroker:
        return False


def test_a_message_in_hand_when_its_worker_is_cut_off_comes_again(publisher, channel, consume, broker):
    def be_cut_off_once(_message):
        if len(recorder.seen) == 1:
            cut_off(broker, "test consumer")

    recorder = Recorder(be_cut_off_once)
    publisher.publish([approval(1).wire()])

    consume(recorder.consumer)

    eventually(lambda: recorder.seen == [1, 1], seconds=60)
    eventually(lambda: depth(channel, QUEUE.name) == 0)


def test_on_stop_the_message_in_hand_is_finished_and_acknowledged(publisher, channel, consume, stop):
    def take_a_while(_message):
        stop.set()
        time.sleep(0.5)

    recorder = Recorder(take_a_while)
    publisher.publish([approval(1).wire()])

    consume(recorder.consumer)

    eventually(lambda: recorder.seen == [1])
    eventually(lambda: channel.queue_declare(QUEUE.name, passive=True).method.consumer_count == 0)
    assert depth(channel, QUEUE.name) == 0


def test_where_all_is_invalid_the_queue_is_not_drained_into_the_dead_letters(channel, consume, caplog):
    for n in range(30):
        channel.basic_publish("", QUEUE.name, b"{}", pika.BasicProperties(message_id=str(n)))

    consume(Consumer([QUEUE]))

    eventually(lambda: "is this the right version" in caplog.text)
    assert depth(channel, DEAD) == 20


@pytest.mark.parametrize("name", ["x-death", "x-first-death-queue"])
def test_the_brokers_own_death_notes_are_not_sent_on(name):
    noted = failure_publisher._with(pika.BasicProperties(headers={name: 1, "version": 1}), {"attempts": 2})

    assert noted.headers == {"version": 1, "attempts": 2}
