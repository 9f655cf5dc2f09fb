"""What the variants share: the connection of producer.py and consumer.py."""

import os
import signal
import time

import pika

URL = os.environ.get("RABBITMQ_URL", "amqp://guest:guest@localhost:5672/")
signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends a program without a word


def connect() -> pika.BlockingConnection:
    """A connection, as soon as there is a broker."""
    while True:
        try:
            return pika.BlockingConnection(pika.URLParameters(URL))
        except (pika.exceptions.AMQPConnectionError, OSError):
            print("waiting for RabbitMQ …", flush=True)
            time.sleep(1)
