"""Works on decisions of one key, SECONDS on each; start several and they share:  direct_consumer.py KEY [SECONDS]"""

import time

from broker import arguments, connect

key, *seconds = arguments()

with connect() as connection:
    channel = connection.channel()
    channel.exchange_declare("hello.decisions", "direct", durable=True)
    channel.queue_declare(f"hello.{key}", durable=True)
    channel.queue_bind(f"hello.{key}", "hello.decisions", routing_key=key)
    channel.basic_qos(prefetch_count=1)  # one at a time: the next goes to whoever is free
    print(f"waiting for {key}", flush=True)
    for method, _, body in channel.consume(f"hello.{key}"):
        print(f"working on {body.decode()}{' again' if method.redelivered else ''}", flush=True)
        time.sleep(float(seconds[0]) if seconds else 0)
        channel.basic_ack(method.delivery_tag)
        print(f"done with {body.decode()}", flush=True)
