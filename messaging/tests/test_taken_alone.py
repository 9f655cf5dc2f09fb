"""A message that ends whoever takes it, and those that were fetched beside it."""

import subprocess
import sys
import threading

from messaging.broker_reader import REDELIVERY_LIMIT
from messaging.tests.conftest import approval, eventually
from messaging.tests.recorder import QUEUE, Recorder, depth

WORKER = """
import os, signal, sys, time
from messaging.consumer import Consumer
from contracts.messages import PresentationApproved
from messaging.shutdown import Stop
from contracts.queues import PRESENTATION_APPROVALS

consumer = Consumer([PRESENTATION_APPROVALS])

@consumer.handles(PresentationApproved)
def die_of_the_first(message):
    if message.presentation_id == 1:
        time.sleep(0.2)  # others are fetched meanwhile
        os.kill(os.getpid(), signal.SIGKILL)
    print(message.presentation_id, flush=True)

consumer.run(sys.argv[1], "test consumer", Stop())
"""


def test_what_ends_its_worker_again_and_again_takes_no_other_with_it(publisher, channel, broker_url):
    publisher.publish([approval(n).wire() for n in range(1, 11)])
    worker = [sys.executable, "-c", WORKER, broker_url]

    handled: list[int] = []
    for _ in range(REDELIVERY_LIMIT + 2):
        died = subprocess.run(worker, capture_output=True, check=False, timeout=60)
        handled.extend(map(int, died.stdout.split()))
        eventually(lambda: depth(channel, QUEUE.name) == 10 - len(handled))

    assert handled == list(range(2, 11))
    assert channel.basic_get(QUEUE.name)[1].headers["x-delivery-count"] == REDELIVERY_LIMIT + 2


def test_what_came_back_often_and_arrives_among_others_is_taken_alone(publisher, channel, consume):
    done = threading.Event()
    recorder = Recorder(lambda _message: done.wait(20))
    publisher.publish([approval(1).wire()])
    for _ in range(REDELIVERY_LIMIT):
        channel.basic_reject(channel.basic_get(QUEUE.name)[0].delivery_tag)
    in_hand_elsewhere = channel.basic_get(QUEUE.name)[0].delivery_tag

    consume(recorder.consumer)
    eventually(lambda: channel.queue_declare(QUEUE.name, passive=True).method.consumer_count == 1)
    channel.basic_reject(in_hand_elsewhere)
    eventually(lambda: recorder.seen == [1])
    publisher.publish([approval(n).wire() for n in range(2, 5)])

    assert depth(channel, QUEUE.name) == 3
    done.set()
    eventually(lambda: recorder.seen == [1, 2, 3, 4])
