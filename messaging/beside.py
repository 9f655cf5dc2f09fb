"""Publishes by the connection that a message came by, on a channel beside it.

For when no other connection can be had: while an alarm of the broker lasts, the acknowledgements would wait as well.
"""

import queue
from functools import partial
from typing import Any

from pika import BasicProperties
from pika.channel import Channel
from pika.spec import Basic

from messaging.delivery import Delivery, have_done

ANSWER_WITHIN = 10.0  # seconds


def publish_beside(delivery: Delivery, exchange: str, key: str, properties: BasicProperties) -> bool:
    """Whether the broker has confirmed a copy of `delivery` with these properties, in at least one queue. From the
    handler's thread; nothing is acknowledged."""
    answers: queue.SimpleQueue[bool] = queue.SimpleQueue()  # the first one counts: a return comes before its confirm

    def begin(channel: Channel) -> None:
        channel.add_on_return_callback(lambda *_: answers.put(False))
        channel.add_on_close_callback(lambda *_: answers.put(False))
        channel.confirm_delivery(partial(finish, channel), callback=lambda _frame: publish(channel))

    def publish(channel: Channel) -> None:
        channel.basic_publish(exchange, key, delivery.body, properties, mandatory=True)

    def finish(channel: Channel, frame: Any) -> None:
        answers.put(isinstance(frame.method, Basic.Ack))
        channel.close()

    have_done(delivery.channel, partial(delivery.channel.connection.channel, on_open_callback=begin))
    try:
        return answers.get(timeout=ANSWER_WITHIN)
    except queue.Empty:
        return False
