"""What is one message's own stops that one only, and what all share stops all, before they are dead letters."""

import pytest

from messaging import brake
from messaging.backoff import Backoff
from messaging.database import connection
from messaging.errors import Locked, Outage
from messaging.inbox import once, once_each
from messaging.inbox.models import Receipt
from messaging.tests.conftest import approval, eventually
from messaging.tests.recorder import DEAD, QUEUE, BatchRecorder, Recorder, depth


@pytest.mark.django_db(transaction=True)
def test_a_statement_that_is_too_slow_is_no_outage():
    @once("slow")
    def slow(_message):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '50ms'; SELECT pg_sleep(5)")

    with pytest.raises(Exception, match="statement timeout") as raised:
        slow(approval(1))

    assert not isinstance(raised.value, Outage)


@pytest.mark.django_db(transaction=True)
def test_a_row_that_somebody_holds_is_said_to_be_locked_and_a_batch_hears_of_it_soon():
    message = approval(1)
    once("effect")(lambda _message: None)(message)
    other = connection.copy()
    other.set_autocommit(False)
    other.cursor().execute("SELECT FROM inbox_receipt FOR UPDATE")

    @once_each("touch")
    def touch(_messages):
        Receipt.objects.update(handler="held")

    with connection.cursor() as cursor:  # what has no limit of its own ends with that of statements, and as no Locked
        cursor.execute("SET lock_timeout = 0; SET statement_timeout = '10s'")
    with pytest.raises(Locked):
        touch([approval(2), approval(3)])
    other.close()
    connection.close()


def test_of_a_batch_only_the_locked_one_waits(publisher, channel, consume):
    def locked(messages):
        if any(message.presentation_id == 7 for message in messages):
            raise Locked("account 7")

    recorder = BatchRecorder(locked)
    publisher.publish([approval(n).wire() for n in range(1, 21)])
    consume(recorder.consumer)

    eventually(lambda: sorted(recorder.seen()) == [n for n in range(1, 21) if n != 7])
    eventually(lambda: depth(channel, QUEUE.retry) == 1)
    assert depth(channel, DEAD) == 0


def test_where_many_different_messages_fail_alike_the_consumer_pauses(publisher, channel, consume, caplog):
    def fail(_message):
        raise RuntimeError("read-only, or what else no list foresees")

    recorder = Recorder(fail)
    publisher.publish([approval(n).wire() for n in range(1, 41)])
    consume(recorder.consumer)

    eventually(lambda: "all failed alike (RuntimeError)" in caplog.text)
    assert len(set(recorder.seen)) <= brake.IN_A_ROW + 1


def test_one_message_that_fails_again_and_again_applies_no_brake(publisher, channel, consume, caplog, monkeypatch):
    monkeypatch.setattr(brake, "IN_A_ROW", 3)

    def fail(message):
        if message.presentation_id < 3:
            raise RuntimeError("bad")

    recorder = Recorder(fail)
    wires = [approval(1).wire()] * 6
    publisher.publish(wires)
    publisher.publish([approval(4).wire()])
    consume(recorder.consumer)

    eventually(lambda: 4 in recorder.seen)
    assert "alike" not in caplog.text


def test_what_fails_as_many_others_did_is_not_counted_against_it(publisher, channel, consume, monkeypatch):
    monkeypatch.setattr(brake, "IN_A_ROW", 3)

    def fail(_message):
        raise RuntimeError("what all need is away")

    recorder = Recorder(fail)
    recorder.consumer._brake._pauses = Backoff(first=0.01, most=0.01)
    publisher.publish([approval(n).wire() for n in range(1, 6)])
    consume(recorder.consumer)
    eventually(lambda: depth(channel, QUEUE.retry) == 5)

    waiting = [channel.basic_get(QUEUE.retry)[1].headers.get("attempts") for _ in range(5)]
    assert waiting == [1, 1, 1, None, None]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "state",
    [
        "08006", "25006", "40001", "40P01", "53100", "53200", "53300", "53400", "55P03", "57P01", "57P02", "57P03",
        "57P05", "58000", "58030",
    ],
)  # fmt: skip
def test_what_the_database_cannot_do_for_anybody_is_no_message_s_fault(state):
    @once("handle")
    def handle(_message):
        with connection.cursor() as cursor:
            cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'not now' USING ERRCODE = '{state}'; END $$")

    with pytest.raises(Locked if state == "55P03" else Outage, match="not now"):
        handle(approval(1))
