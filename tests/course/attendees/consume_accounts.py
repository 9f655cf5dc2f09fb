import json
import os
import time
from datetime import datetime

import django
import pika
from pika.exceptions import AMQPConnectionError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "attendees_bc.settings")
django.setup()

from attendees.models import AccountVO  # noqa: E402


def save(email, first_name, last_name, is_active, updated):
    defaults = {"first_name": first_name, "last_name": last_name, "is_active": is_active, "updated": updated}
    AccountVO.objects.update_or_create(email=email, defaults=defaults)


def update_account_vo(ch, method, properties, body):
    content = json.loads(body)
    content["updated"] = datetime.fromisoformat(content["updated"])
    if content["is_active"]:
        save(**content)
    else:
        AccountVO.objects.filter(email=content["email"]).delete()
    print("  Received %r" % body)


while True:
    try:
        parameters = pika.ConnectionParameters(host="rabbitmq")
        connection = pika.BlockingConnection(parameters)
        channel = connection.channel()
        channel.exchange_declare("account_info", "fanout")
        result = channel.queue_declare("", exclusive=True)
        queue_name = result.method.queue
        channel.queue_bind(exchange="account_info", queue=queue_name)
        channel.basic_consume(queue=queue_name, on_message_callback=update_account_vo, auto_ack=True)
        print(" [*] Waiting for messages. To exit press CTRL+C")
        channel.start_consuming()
    except AMQPConnectionError:
        print("Could not connect to RabbitMQ")
        time.sleep(2.0)
