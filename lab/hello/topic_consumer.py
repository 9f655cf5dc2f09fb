"""Hears of events whose key fits a pattern; * is one word, # any number of words:  topic_consumer.py PATTERN"""

from broker import arguments, connect

pattern = arguments()[0]

with connect() as connection:
    channel = connection.channel()
    channel.exchange_declare("hello.events", "topic", durable=True)
    queue = channel.queue_declare("", exclusive=True).method.queue
    channel.queue_bind(queue, "hello.events", routing_key=pattern)
    print(f"listening for {pattern}", flush=True)
    for method, _, _ in channel.consume(queue):
        print(f"heard of {method.routing_key}", flush=True)
        channel.basic_ack(method.delivery_tag)
