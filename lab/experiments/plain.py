"""RabbitMQ by pika alone, as one learns it: publishers and consumers without a library around them."""
# doctor: ignore, this shows what goes wrong on purpose

import time
from collections.abc import Iterable

import pika
from pika.adapters.blocking_connection import BlockingChannel

from lab.experiments.notes import Notes


def open_channel(url: str) -> BlockingChannel:
    """A channel on a connection of its own."""
    return pika.BlockingConnection(pika.URLParameters(url)).channel()


def send(channel: BlockingChannel, exchange: str, key: str, numbers: Iterable[int]) -> None:
    """Publish a message for each number."""
    for number in numbers:
        channel.basic_publish(exchange, key, str(number).encode())


def work(url: str, queue: str, notes: Notes, worker: str, seconds: float = 0, prefetch: int = 1) -> None:
    """Take messages out of a queue, work so many seconds on each, and acknowledge it then. Does not end."""
    channel = open_channel(url)
    channel.basic_qos(prefetch_count=prefetch)
    for method, _, body in channel.consume(queue):
        notes.add("began", worker=worker, number=int(body))
        channel.connection.sleep(seconds)
        notes.add("done", worker=worker, number=int(body))
        channel.basic_ack(method.delivery_tag)


def acknowledge_early(url: str, queue: str, notes: Notes, worker: str, seconds: float = 0) -> None:
    """The same as the course does it: a message counts as dealt with when it is delivered. Does not end."""
    channel = open_channel(url)

    def on_message(_channel: BlockingChannel, _method: object, _properties: object, body: bytes) -> None:
        notes.add("began", worker=worker, number=number_of(body))
        time.sleep(seconds)
        notes.add("done", worker=worker, number=number_of(body))

    channel.basic_consume(queue, on_message, auto_ack=True)
    channel.start_consuming()


def subscribe(url: str, exchange: str, queue: str, notes: Notes, worker: str, exclusive: bool = False) -> None:
    """Bind a queue to a fanout exchange and note what comes: a nameless one if it has no name. Does not end."""
    channel = open_channel(url)
    name = channel.queue_declare(queue, durable=not exclusive, exclusive=exclusive).method.queue
    channel.queue_bind(name, exchange)
    notes.add("listens", worker=worker)
    for method, _, body in channel.consume(name):
        notes.add("done", worker=worker, number=number_of(body))
        channel.basic_ack(method.delivery_tag)


def number_of(body: bytes) -> int:
    """The number that a message is about: the body itself, or what its title ends with."""
    return int(body.decode().strip('{}"').rpartition(" ")[2])
