"""What becomes of messages that are handled together, seen from the broker."""

import time

from messaging.errors import Outage, Permanent
from messaging.tests.conftest import approval, eventually
from messaging.tests.recorder import DEAD, QUEUE, BatchRecorder, depth


def test_what_is_here_already_is_handled_together(publisher, channel, consume):
    recorder = BatchRecorder(then=lambda _messages: time.sleep(0.05))
    publisher.publish([approval(n).wire() for n in range(1, 101)])

    consume(recorder.consumer)

    eventually(lambda: recorder.seen() == list(range(1, 101)))
    assert max(map(len, recorder.batches)) == 10
    eventually(lambda: depth(channel, QUEUE.name) == 0)


def test_a_bad_message_falls_out_of_its_batch_alone(publisher, channel, consume):
    def refuse_the_seventh(messages):
        if 7 in [message.presentation_id for message in messages]:
            raise Permanent("no such mailbox")

    recorder = BatchRecorder(refuse_the_seventh)
    publisher.publish([approval(n).wire() for n in range(1, 21)])

    consume(recorder.consumer)

    eventually(lambda: depth(channel, DEAD) == 1)
    eventually(lambda: recorder.seen() == [n for n in range(1, 21) if n != 7])
    eventually(lambda: depth(channel, QUEUE.name) == 0)


def test_a_batch_that_waits_for_an_outage_when_asked_to_stop_goes_back_with_all_after_it(
    publisher, channel, consume, stop
):
    def be_away(messages):
        stop.set()
        raise Outage("the database is away")

    recorder = BatchRecorder(be_away)
    publisher.publish([approval(n).wire() for n in range(1, 21)])

    consume(recorder.consumer)

    eventually(lambda: depth(channel, QUEUE.name) == 20)
    assert recorder.batches == []
