"""A person looks at what could not be handled, mends the cause, and replays it."""

import pika
import pytest
from django.core.management import CommandError

from messaging import metrics, topology
from messaging.dead_letters import DeadLetter
from messaging.errors import Permanent
from messaging.tests.conftest import approval, cut_off, eventually
from messaging.tests.recorder import DEAD, QUEUE, Recorder, depth


def make_dead_letters(channel, consume, publisher, *numbers: int) -> list[str]:
    """Have these approvals refused for good; their message ids."""

    def refuse(_message):
        raise Permanent("no such mailbox")

    wires = [approval(number).wire() for number in numbers]
    consume(Recorder(refuse).consumer)
    publisher.publish(wires)
    eventually(lambda: depth(channel, DEAD) == len(wires))
    return [str(wire.id) for wire in wires]


def test_a_list_says_what_died_why_and_how_often_and_leaves_it_there(publisher, channel, consume, dead_letters):
    first, second = make_dead_letters(channel, consume, publisher, 1, 2)

    shown = dead_letters("list")

    assert [line.split()[0] for line in shown.splitlines()] == [first, second, "2"]
    assert "presentation.approved" in shown
    assert "Permanent: no such mailbox" in shown
    assert dead_letters("list", "--why", "something else").splitlines() == ["0 dead letters of workflow"]
    eventually(lambda: depth(channel, DEAD) == 2)


def test_one_is_shown_with_its_body(publisher, channel, consume, dead_letters):
    (message_id,) = make_dead_letters(channel, consume, publisher, 7)

    shown = dead_letters("show", message_id[-8:])

    assert "from_queue  workflow.presentation_approvals" in shown
    assert '"presenter_email":"ada7@example.com"' in shown


def test_a_replayed_one_is_as_it_was_and_the_others_stay(publisher, channel, consume, dead_letters, stop):
    first, second = make_dead_letters(channel, consume, publisher, 1, 2)
    stop.set()  # nobody consumes any more
    eventually(lambda: channel.queue_declare(QUEUE.name, passive=True).method.consumer_count == 0)

    assert dead_letters("replay", first) == "1 replayed\n"

    eventually(lambda: depth(channel, QUEUE.name) == 1)
    _, properties, body = channel.basic_get(QUEUE.name)
    assert (properties.message_id, body) == (first, approval(1).wire().body)
    assert set(properties.headers) - {"x-delivery-count"} == {
        "version",
        "subject",
        "published_at_ns",
        "presentation_id",
    }
    assert dead_letters("list").splitlines()[0].split()[0] == second


def test_a_discarded_one_is_gone_and_the_log_says_why(publisher, channel, consume, dead_letters, caplog):
    (message_id,) = make_dead_letters(channel, consume, publisher, 1)

    assert dead_letters("discard", message_id, "--why", "the talk was withdrawn") == "1 discarded\n"

    eventually(lambda: depth(channel, DEAD) == 0)
    assert f"discarded dead letter presentation.approved {message_id}: the talk was withdrawn" in caplog.text


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (["show", "abc"], "no dead letter has an id that starts or ends with abc"),
        (["replay"], "name the messages to replay, or --all of them"),
        (["replay", "abc", "--all"], "name the messages to replay, or --all of them"),
    ],
)
def test_what_cannot_be_done_names_the_remedy(dead_letters, arguments, remedy):
    with pytest.raises(CommandError, match=remedy):
        dead_letters(*arguments)


def test_a_message_that_kills_its_workers_ends_as_a_dead_letter_of_the_broker(channel, dead_letters, broker_url):
    channel.basic_publish("", QUEUE.name, b"{}", pika.BasicProperties(message_id="killer"))

    for _ in range(topology.DELIVERY_LIMIT + 1):  # as by a worker that dies with the message in hand
        with pika.BlockingConnection(pika.URLParameters(broker_url)) as connection:
            next(connection.channel().consume(QUEUE.name, inactivity_timeout=1))

    eventually(lambda: depth(channel, DEAD) == 1)
    assert "its worker ended again and again" in dead_letters("list")
    assert "workflow.presentation_approvals" in dead_letters("show", "killer")


def test_replay_all_puts_all_back(publisher, channel, consume, dead_letters, stop):
    ids = make_dead_letters(channel, consume, publisher, 1, 2, 3)
    stop.set()
    eventually(lambda: channel.queue_declare(QUEUE.name, passive=True).method.consumer_count == 0)

    dead_letters("replay", "--all")

    eventually(lambda: depth(channel, QUEUE.name) == 3)
    assert [channel.basic_get(QUEUE.name)[1].message_id for _ in ids] == ids


def test_what_expired_is_said_to_have_expired(channel, dead_letters):
    properties = pika.BasicProperties(message_id="late", type="presentation.approved", expiration="1")
    channel.basic_publish("", QUEUE.name, approval(1).wire().body, properties)

    eventually(lambda: depth(channel, DEAD) == 1)

    assert "it waited for longer than it or its queue allows" in dead_letters("list")


def test_the_broker_s_last_reason_counts_and_no_note_of_an_earlier_try():
    letter = DeadLetter(
        1,
        pika.BasicProperties(
            headers={
                "why": "RefusedForNow: an earlier try",
                "attempts": 1,
                "x-first-death-reason": "expired",  # in the retry queue, where it waited for another try
                "x-first-death-queue": QUEUE.retry,
                "x-death": [
                    {"reason": "delivery_limit", "queue": QUEUE.name},
                    {"reason": "expired", "queue": QUEUE.retry},
                ],
            }
        ),
        b"",
    )

    assert letter.note("why") == "its worker ended again and again while it had this message"
    assert letter.note("from_queue") == QUEUE.name


def test_only_what_was_confirmed_dead_is_counted_as_dead(publisher, channel, consume, broker, caplog):
    counted = metrics.HANDLED.labels(QUEUE.name, "dead")
    before = counted._value.get()
    tries = []

    def lose_the_broker_and_refuse(_message):
        tries.append(1)
        if len(tries) == 1:
            cut_off(broker, "test consumer")
            eventually(lambda: "lost RabbitMQ" in caplog.text)
        raise Permanent("no such mailbox")

    consume(Recorder(lose_the_broker_and_refuse).consumer)
    publisher.publish([approval(1).wire()])

    eventually(lambda: depth(channel, DEAD) == 1)
    eventually(lambda: counted._value.get() > before)
    assert (len(tries), counted._value.get() - before) == (2, 1)
    assert caplog.text.count("dead letter: ") == 1


def test_one_that_is_older_than_receipts_are_certain_to_be_is_not_replayed(channel, dead_letters):
    old, young = approval(1).wire(), approval(2).wire()
    notes = {"died_at": "some day", "from_queue": QUEUE.name, "why": "no such mailbox"}
    for wire, days in ((old, 366), (young, 364)):
        properties = wire.properties()
        properties.headers = wire.headers | notes
        properties.timestamp -= days * 24 * 60 * 60
        channel.basic_publish("", DEAD, wire.body, properties)

    with pytest.raises(CommandError, match="published more than 365 days ago"):
        dead_letters("replay", str(old.id))
    told = dead_letters("replay", "--all")

    assert told.splitlines()[0] == "1 replayed"
    assert f"left: {old.id} was published more than 365 days ago" in told
    eventually(lambda: (depth(channel, DEAD), depth(channel, QUEUE.name)) == (1, 1))
