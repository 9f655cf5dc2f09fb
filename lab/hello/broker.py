"""What the variants share: the connection of producer.py and consumer.py, and how a program says its usage."""

import os
import signal
import sys
import time

import pika

URL = os.environ.get("RABBITMQ_URL", "amqp://guest:guest@localhost:5672/")
signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends a program without a word


def arguments() -> list[str]:
    """What stands behind the program's name. Where nothing does, the program says its usage and ends."""
    return sys.argv[1:] or sys.exit(sys.modules["__main__"].__doc__)


def connect() -> pika.BlockingConnection:
    """A connection, as soon as there is a broker."""
    while True:
        try:
            return pika.BlockingConnection(pika.URLParameters(URL))
        except (pika.exceptions.AMQPConnectionError, OSError):
            print("waiting for RabbitMQ …", flush=True)
            time.sleep(1)
