"""Hears everything that is told while it listens; each one started hears all of it:  fanout_consumer.py NAME"""

from broker import arguments, connect

name = arguments()[0]

with connect() as connection:
    channel = connection.channel()
    channel.exchange_declare("hello.news", "fanout", durable=True)
    queue = channel.queue_declare("", exclusive=True).method.queue  # a queue of its own, gone when it is
    channel.queue_bind(queue, "hello.news")
    print(f"{name} listens", flush=True)
    for method, _, body in channel.consume(queue):
        print(f"{name} heard {body.decode()}", flush=True)
        channel.basic_ack(method.delivery_tag)
