"""Publishes an approval as the course's monolith does: publisher.py URL NAME EMAIL TITLE."""

import json
import sys

import pika


def publish(url, name, email, title):
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    channel.queue_declare(queue="presentation_approvals")
    channel.basic_publish(
        exchange="",
        routing_key="presentation_approvals",
        body=json.dumps({"presenter_name": name, "presenter_email": email, "title": title}),
    )
    connection.close()


if __name__ == "__main__":
    publish(*sys.argv[1:])
