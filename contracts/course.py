"""What programs of the course declare and use, beside our own exchanges and queues.

The course's fanout exchange `account_info` is there always: it is bound to ours, and our queues are bound to both, so
that news flows in both directions and each queue gets each message once. It is not durable, as the course declares it:
a broker that starts anew has it again once one of our processes, or theirs, has connected.

The course's queues `presentation_approvals` and `presentation_rejections` are there in course mode only. Then decisions
go there instead of to our own queues. Our workers compete for them with whoever else reads them: what one of ours takes
it moves to our own queue, where it is safe. What waits in the course's is lost when the broker restarts.
"""

import logging

from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection
from pika.exceptions import ChannelClosedByBroker

from contracts.messages import AccountChanged
from contracts.queues import COURSE_QUEUES, QUEUES
from messaging.message import Address
from messaging.stand_ins import move
from messaging.topology import Queue

log = logging.getLogger(__name__)

ACCOUNT_INFO = "account_info"
NOT_FOUND, PRECONDITION_FAILED = 404, 406


def join(connection: BlockingConnection, course_mode: bool) -> None:
    """Make the course's exchange; make its queues in course mode, otherwise take leave of them. Safe to repeat.

    Raises ChannelClosedByBroker where the broker permits none of that.
    """
    _share_account_info(connection)
    for queue in COURSE_QUEUES:
        if course_mode:
            _use(connection, queue)
        else:
            _leave(connection, queue)


def _share_account_info(connection: BlockingConnection) -> None:
    channel = connection.channel()
    try:
        channel.exchange_declare(ACCOUNT_INFO, "fanout")
    except ChannelClosedByBroker as error:
        if error.reply_code != PRECONDITION_FAILED:
            raise
        log.warning("the exchange %s was durable; it is made anew as course programs declare it", ACCOUNT_INFO)
        channel = connection.channel()
        channel.exchange_delete(ACCOUNT_INFO)
        channel.exchange_declare(ACCOUNT_INFO, "fanout")
    channel.exchange_bind(ACCOUNT_INFO, AccountChanged.address.exchange)
    for queue in QUEUES:
        if AccountChanged in queue.messages:
            channel.queue_bind(queue.name, ACCOUNT_INFO)
    channel.close()


def _use(connection: BlockingConnection, queue: Queue) -> None:
    """Our own queue first gets no more decisions, then the course's does: in between they stay in the outbox."""
    channel = connection.channel()
    address = _address(queue)
    channel.queue_unbind(queue.instead_of, address.exchange, address.key)
    try:
        channel.queue_declare(queue.name)
    except ChannelClosedByBroker as error:
        if error.reply_code != PRECONDITION_FAILED:
            raise
        _leave(connection, queue)  # one of other properties, from before
        channel = connection.channel()
        channel.queue_declare(queue.name)
    channel.queue_bind(queue.name, address.exchange, address.key)
    channel.close()


def _leave(connection: BlockingConnection, queue: Queue) -> None:
    """Move what waits in it to our own queue, and delete it; while somebody reads it, only the first."""
    channel = connection.channel()
    address = _address(queue)
    try:
        channel.queue_declare(queue.name, passive=True)
    except ChannelClosedByBroker as error:
        if error.reply_code != NOT_FOUND:
            raise
        return
    channel.queue_unbind(queue.name, address.exchange, address.key)
    moved = _move(channel, queue)
    # A quorum queue cannot be deleted on condition, so this looks first.
    if channel.queue_declare(queue.name, passive=True).method.consumer_count:
        log.warning("moved %d messages from %s to %s; the queue stays, as somebody reads it", moved, *_names(queue))
    else:
        channel.queue_delete(queue.name)
        log.warning("moved %d messages from %s to %s, and deleted that queue", moved, *_names(queue))
    channel.close()


def _move(channel: BlockingChannel, queue: Queue) -> int:
    """How many messages were moved."""
    channel.confirm_delivery()
    moved = 0
    while True:
        method, properties, body = channel.basic_get(queue.name)
        if method is None or properties is None or body is None or method.delivery_tag is None:
            return moved
        move(channel, queue, method.delivery_tag, properties, body)
        moved += 1


def _address(queue: Queue) -> Address:
    return queue.messages[0].address


def _names(queue: Queue) -> tuple[str, str]:
    return queue.name, queue.instead_of
