"""What comes to a fanout goes on to a topic exchange, and from there to the queues whose pattern it fits."""

import pytest

from contracts.messages import AccountChanged, ConferenceChanged, ConferenceDeleted
from messaging.message import Topic
from messaging.testing import MemoryBroker, _matches
from messaging.topology import Queue, Topology

NOW = "2026-11-27T00:00:00Z"
CHANGES = Topic("test_changes", "#")
CONFERENCES = Topic("test_changes", "conference.#")
OF_CONFERENCES = Queue(
    "test.conferences",
    "test",
    (ConferenceChanged, ConferenceDeleted),
    bound_to=(CONFERENCES,),
)
OF_ONE_WORD = Queue("test.changed", "test", (AccountChanged,), bound_to=(Topic("test_changes", "*.changed"),))
TOPOLOGY = Topology(
    (OF_CONFERENCES, OF_ONE_WORD),
    forwards=((AccountChanged.address, CHANGES), (ConferenceChanged.address, CHANGES)),
)
NEWS = (
    AccountChanged(email="a@example.com", first_name="A", last_name="B", is_active=True, updated=NOW),
    ConferenceChanged(
        id=1, updated=NOW, revision=1, name="Day",
        starts=NOW, ends=NOW, max_attendees=1,
    ),
    ConferenceDeleted(id=1, updated=NOW, revision=2),
)  # fmt: skip
ARRIVING = {
    OF_CONFERENCES: ["conference.changed", "conference.deleted"],
    OF_ONE_WORD: ["account.changed", "conference.changed"],
}


@pytest.mark.parametrize("queue", ARRIVING, ids=lambda queue: queue.name)
def test_in_memory_a_pattern_lets_through_what_fits_it(queue):
    broker = MemoryBroker(TOPOLOGY)
    for each in NEWS:
        broker.publish(each)

    assert [kept.properties.type for kept in broker.waiting(queue)] == ARRIVING[queue]


@pytest.mark.parametrize("queue", ARRIVING, ids=lambda queue: queue.name)
def test_on_the_broker_a_pattern_lets_through_what_fits_it(publisher, channel, queue):
    TOPOLOGY.declare_on(channel)

    publisher.publish([each.wire() for each in NEWS])

    arrived = [channel.basic_get(queue.name, auto_ack=True)[1].type for _ in ARRIVING[queue]]
    assert (arrived, channel.basic_get(queue.name)[0]) == (ARRIVING[queue], None)


@pytest.mark.parametrize(
    ("pattern", "key", "fits"),
    [
        ("#", "a.b.c", True), ("a.#", "a", True), ("a.#", "a.b.c", True), ("#.c", "a.b.c", True),
        ("a.#.c", "a.c", True),
        ("*", "a", True), ("a.*", "a.b", True), ("a.*", "a", False), ("a.*", "a.b.c", False), ("a", "b", False),
    ],
)  # fmt: skip
def test_a_star_is_one_word_and_a_hash_any_number(pattern, key, fits):
    assert _matches("topic", pattern, key) is fits
