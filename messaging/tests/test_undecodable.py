"""A message whose properties pika cannot decode ends as a dead letter, which can be seen and discarded."""

import struct

import pytest
from pika import BasicProperties

from messaging import topology
from messaging.tests.conftest import approval, eventually
from messaging.tests.recorder import DEAD, QUEUE, Recorder, depth


class Raw(BasicProperties):
    """Properties whose headers are these bytes."""

    def __init__(self, table: bytes) -> None:
        super().__init__(message_id="of-mine", type="presentation.approved")
        self.table = table

    def encode(self) -> list[bytes]:
        flags = self.FLAG_HEADERS | self.FLAG_MESSAGE_ID | self.FLAG_TYPE
        texts = b"".join(bytes([len(each)]) + each for each in (b"of-mine", b"presentation.approved"))
        return [struct.pack(">HI", flags, len(self.table)), self.table, texts]


MILLISECONDS = b"\x01tT" + struct.pack(">Q", 1_772_000_000_000)
UNSIGNED = b"\x01nl" + struct.pack(">q", -(2**63))
NO_TEXT = b"\x02\xff\xfeS" + struct.pack(">I", 1) + b"x"


@pytest.mark.parametrize("table", [MILLISECONDS, NO_TEXT], ids=["date", "name"])
def test_a_message_with_a_header_that_cannot_be_decoded_is_a_dead_letter_and_the_next_flow(
    table, publisher, channel, consume, dead_letters
):
    channel.basic_publish("", QUEUE.name, approval(1).wire().body, Raw(table))
    recorder = Recorder()
    consume(recorder.consumer)
    publisher.publish([approval(2).wire()])

    eventually(lambda: recorder.seen == [2])
    eventually(lambda: depth(channel, DEAD) == 1)
    assert "presentation.approved" in dead_letters("list")


@pytest.mark.parametrize("table", [MILLISECONDS, NO_TEXT, UNSIGNED], ids=["date", "name", "number"])
def test_what_cannot_be_decoded_is_listed_shown_and_discarded(table, channel, dead_letters):
    channel.basic_publish(topology.DEAD_LETTERS, QUEUE.name, b"{}", Raw(table))
    eventually(lambda: depth(channel, DEAD) == 1)

    assert "of-mine" in dead_letters("list")
    assert "of-mine" in dead_letters("show", "of-mine")
    assert "0 replayed" in dead_letters("replay", "--all")
    dead_letters("discard", "of-mine", "--why", "tried")
    assert dead_letters("list").splitlines() == ["0 dead letters of workflow"]


def test_what_expired_is_not_said_to_have_ended_its_worker(channel, dead_letters):
    channel.basic_publish("", QUEUE.name, b"{}", BasicProperties(message_id="late", expiration="1"))
    eventually(lambda: depth(channel, DEAD) == 1)

    assert "it waited for longer" in dead_letters("list")
