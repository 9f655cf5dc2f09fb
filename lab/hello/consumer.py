"""Prints what arrives in the queue "hello":  consumer.py HOW-MANY"""

import os
import signal
import sys
import time

import pika

signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it
URL = os.environ.get("RABBITMQ_URL", "amqp://guest:guest@localhost:5672/")


def connect() -> pika.BlockingConnection:
    while True:
        try:
            return pika.BlockingConnection(pika.URLParameters(URL))
        except (pika.exceptions.AMQPConnectionError, OSError):
            print("waiting for RabbitMQ …", flush=True)
            time.sleep(1)


how_many = int(sys.argv[1]) if sys.argv[1:] else sys.exit(__doc__)
channel = connect().channel()
channel.queue_declare("hello", durable=True)
for number, (method, _, body) in enumerate(channel.consume("hello"), start=1):
    print(f"received {body.decode()}", flush=True)
    channel.basic_ack(method.delivery_tag)  # last: before this, the broker keeps it for us
    if number == how_many:
        break
