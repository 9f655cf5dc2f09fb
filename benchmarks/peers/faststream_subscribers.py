"""FastStream: five subscribers of a fanout exchange, and on a word a publisher of so many, all in one process."""

import asyncio
import json
import os
import sys
import time

from faststream.rabbit import ExchangeType, QueueType, RabbitBroker, RabbitExchange, RabbitQueue

from benchmarks.peers.effects import an_account

broker = RabbitBroker(os.environ["RABBITMQ_URL"])
exchange = RabbitExchange("accounts", type=ExchangeType.FANOUT, durable=True)
number, handled, done = int(sys.argv[1]), 0, asyncio.Event()


async def count(_body: str) -> None:
    """One more."""
    global handled
    handled += 1
    if handled == 5 * number:
        done.set()


for n in range(5):
    broker.subscriber(RabbitQueue(f"subscriber-{n}", queue_type=QueueType.QUORUM, durable=True), exchange)(count)


async def main() -> None:
    """In windows of 500, as ours."""
    await broker.start()
    print("ready")
    await asyncio.to_thread(sys.stdin.readline)
    started = time.perf_counter()
    for at in range(0, number, 500):
        bodies = [str(an_account(at + n)["body"]) for n in range(min(500, number - at))]
        await asyncio.gather(*(broker.publish(body, exchange=exchange, persist=True) for body in bodies))
    await done.wait()
    print(json.dumps({"rate": number / (time.perf_counter() - started)}))
    await broker.stop()


asyncio.run(main())
