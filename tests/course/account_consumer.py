"""Keeps a copy of the accounts by a queue of its own, and prints it whenever it changes: account_consumer.py URL."""

import json
import sys
from datetime import datetime

import pika

accounts = {}


def update_account_vo(ch, method, properties, body):
    content = json.loads(body)
    email = content["email"]
    updated = datetime.fromisoformat(content["updated"])
    if not content["is_active"]:
        accounts.pop(email, None)
    elif email not in accounts or accounts[email]["updated"] < updated:
        accounts[email] = {
            "first_name": content["first_name"],
            "last_name": content["last_name"],
            "updated": updated,
        }
    print(json.dumps({email: f"{each['first_name']} {each['last_name']}" for email, each in accounts.items()}))
    sys.stdout.flush()


def main(url):
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    channel.exchange_declare(exchange="account_info", exchange_type="fanout")
    result = channel.queue_declare(queue="", exclusive=True)
    channel.queue_bind(exchange="account_info", queue=result.method.queue)
    channel.basic_consume(queue=result.method.queue, on_message_callback=update_account_vo, auto_ack=True)
    print("ready", flush=True)
    channel.start_consuming()


if __name__ == "__main__":
    main(sys.argv[1])
