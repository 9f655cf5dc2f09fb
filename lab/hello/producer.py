"""Sends greetings to the queue "hello":  producer.py HOW-MANY"""
# doctor: ignore (plain on purpose, it is the first one that you see)

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
with connect() as connection:
    channel = connection.channel()
    channel.queue_declare("hello", durable=True)
    for number in range(1, how_many + 1):
        channel.basic_publish("", "hello", f"Hello {number}".encode())
        print(f"sent Hello {number}", flush=True)
