"""Queues that are full before anybody reads them, and whether somebody does."""
# doctor: ignore (whoever empties and fills these queues has made them)

import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pika
from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection
from pika.exceptions import ChannelClosedByBroker

from benchmarks.ground import Ground
from benchmarks.program import Program
from contracts.topology import conference_go
from messaging.message import Wire

ROWS = "SELECT message_id, exchange, routing_key, type, body, headers FROM outbox_outboxmessage ORDER BY id"


def fill(ground: Ground, vhost: str, number: int, filling: Callable[[Any, int], None]) -> None:
    """Have so many messages wait in the queues of their readers: those of `fill` or `fill_accounts`, as the relay
    would send them."""
    with ground.sql("monolith") as cursor, _connected(vhost) as connection:
        cursor.execute("TRUNCATE outbox_outboxmessage")
        filling(cursor, number)
        cursor.execute(ROWS)
        *most, last = cursor.fetchall()
        channel = connection.channel()
        conference_go().declare_on(channel)
        for row in most:
            _publish(channel, *row)
        channel.confirm_delivery()  # with the last of them all are in the queue
        _publish(channel, *last)


def wait_for_readers(vhost: str, queue: str, number: int, program: Program) -> None:
    """Returns once so many consumers read the queue. Raises Ended when the program is no more."""
    with _connected(vhost) as connection:
        while _readers(connection, queue) < number:
            program.insist()
            time.sleep(0.05)


def _connected(vhost: str) -> BlockingConnection:
    return BlockingConnection(pika.URLParameters(vhost))


def _publish(channel: BlockingChannel, id: str, exchange: str, key: str, type_: str, body: Any, headers: Any) -> None:
    wire = Wire(UUID(id), exchange, key, type_, bytes(body), headers)
    channel.basic_publish(exchange, key, wire.body, wire.properties("benchmarks"))


def _readers(connection: BlockingConnection, queue: str) -> int:
    channel = connection.channel()
    try:
        readers = channel.queue_declare(queue, passive=True).method.consumer_count
    except ChannelClosedByBroker:  # nobody has made it yet
        return 0
    channel.close()
    return int(readers)
