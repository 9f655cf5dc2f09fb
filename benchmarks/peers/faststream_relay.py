"""Outbox rows by FastStream, a batch at a time: all of them on their way at once, each confirmed."""

import asyncio
import os

from faststream.rabbit import QueueType, RabbitBroker, RabbitQueue

from benchmarks.peers.rows import relay

broker = RabbitBroker(os.environ["RABBITMQ_URL"])
queue = RabbitQueue("peer", queue_type=QueueType.QUORUM, durable=True)
loop = asyncio.new_event_loop()


async def publish_all(bodies: list[str]) -> None:
    """Returns once each is confirmed."""
    await asyncio.gather(*(broker.publish(body, queue, persist=True) for body in bodies))


async def begin() -> None:
    """Connect, and declare the queue."""
    await broker.start()
    await broker.declare_queue(queue)


loop.run_until_complete(begin())
relay(lambda bodies: loop.run_until_complete(publish_all(bodies)))
loop.run_until_complete(broker.stop())
