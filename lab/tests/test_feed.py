"""What the lab hears of a real broker."""

import time
from collections.abc import Callable

import pika
import pytest
import requests
from django.test import override_settings

from contracts.messages import PresentationApproved
from contracts.topology import conference_go
from lab.feed.watching import Feed


def wait_for(seen: Callable[[], object], seconds: float = 60) -> object:
    deadline = time.monotonic() + seconds
    while not (found := seen()):
        assert time.monotonic() < deadline, "it was not seen"
        time.sleep(0.05)
    return found


@pytest.fixture(scope="module")
def channel(broker):
    with pika.BlockingConnection(pika.URLParameters(broker.url)) as connection:
        conference_go().declare(connection)
        yield connection.channel()


@pytest.fixture(scope="module")
def started(broker, channel):
    """One for all tests: another one would switch the tracing off when nobody looks at it any more."""
    with override_settings(RABBITMQ_URL=broker.url, RABBITMQ_MANAGEMENT_URL=broker.management_url):
        feed = Feed()
        feed.start()
        yield feed
        feed.stop_tracing()


@pytest.fixture
def feed(started, broker):
    wait_for(lambda: started.watch() or (is_traced(broker) and started.topology.queues))
    return started


def is_traced(broker) -> bool:
    answer = requests.get(f"{broker.management_url}/api/vhosts/%2F", auth=("guest", "guest"), timeout=30)
    return bool(answer.json()["tracing"])


def publish(channel) -> str:
    wire = PresentationApproved(presenter_name="Ada", presenter_email="ada@example.com", title="Seen").wire()
    channel.basic_publish(wire.exchange, wire.key, wire.body, wire.properties("somebody"))
    return str(wire.id)


def kinds(feed, message) -> list[str]:
    feed.watch()
    return [event.kind for event in feed.record.of_message(message)]


def test_a_message_is_seen_on_its_way_in_and_out(feed, channel):
    message = publish(channel)
    wait_for(lambda: kinds(feed, message) == ["publish"])
    published = feed.record.of_message(message)[0].facts
    wait_for(lambda: feed.watch() or feed.tap.ready.get("workflow.presentation_approvals") == 1)

    channel.basic_get("workflow.presentation_approvals", auto_ack=True)

    wait_for(lambda: kinds(feed, message) == ["publish", "deliver"])
    assert (published["exchange"], published["routed"]) == ("presentations", ["workflow.presentation_approvals"])
    assert '"title":"Seen"' in published["body"]


def test_the_broker_traces_only_while_somebody_looks(feed, broker):
    wait_for(lambda: not is_traced(broker))

    wait_for(lambda: feed.watch() or is_traced(broker))


def test_of_many_messages_a_sample_is_seen_and_the_page_says_so(feed, channel, broker):
    """The broker traces, stops when there are too many, and goes on later; then all are seen again."""

    def publish_many() -> bool:
        feed.watch()
        for _ in range(200):
            publish(channel)
        return not is_traced(broker)

    wait_for(publish_many)
    assert feed.troubles == ["more than 50 messages a second: a sample of them is shown"]

    wait_for(lambda: feed.watch() or (is_traced(broker) and not feed.troubles))
    message = publish(channel)
    wait_for(lambda: kinds(feed, message) == ["publish"])
    channel.queue_purge("workflow.presentation_approvals")


def test_the_labs_own_queues_are_on_no_picture(feed):
    assert feed.topology.queues
    assert [name for name in feed.topology.queues if name.startswith("lab.")] == []


def test_a_queue_bound_by_hand_is_there_at_once(feed, channel):
    channel.queue_declare("by.hand", durable=True)
    channel.queue_bind("by.hand", "account_info", routing_key="")

    wait_for(lambda: feed.watch() or ("account_info", "by.hand", "") in feed.topology.bindings)

    channel.queue_delete("by.hand")


def test_a_tap_that_cannot_follow_says_so():
    feed = Feed()
    feed.tap.is_connected, feed.tap.behind = True, 5000

    assert feed.troubles == ["too many messages to show: some were left out"]


def test_a_tap_that_does_not_listen_yet_says_so():
    feed = Feed()

    assert "not listening at the broker yet: no messages are seen" in feed.troubles
