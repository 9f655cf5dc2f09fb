import json
import os
import time

import django
import pika
from django.core.mail import send_mail
from pika.exceptions import AMQPConnectionError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "presentation_mailer.settings")
django.setup()


def process_approval(ch, method, properties, body):
    content = json.loads(body)
    name = content["presenter_name"]
    title = content["title"]
    send_mail(
        "Your presentation has been accepted",
        f"{name}, we're happy to tell you that your presentation {title} has been accepted",
        "admin@conference.go",
        [content["presenter_email"]],
        fail_silently=False,
    )
    print("approved", content["presenter_email"])


def process_rejection(ch, method, properties, body):
    send_rejection(**json.loads(body))


def send_rejection(presenter_name, presenter_email, title):
    send_mail(
        "Your presentation has been rejected",
        f"{presenter_name}, we regret to tell you that your presentation {title} has been rejected",
        "admin@conference.go",
        [presenter_email],
        fail_silently=False,
    )
    print("rejected", presenter_email)


while True:
    try:
        parameters = pika.ConnectionParameters(host="rabbitmq")
        connection = pika.BlockingConnection(parameters)
        channel = connection.channel()
        channel.queue_declare(queue="presentation_approvals")
        channel.basic_consume(
            queue="presentation_approvals",
            on_message_callback=process_approval,
            auto_ack=True,
        )
        channel.queue_declare(queue="presentation_rejections")
        channel.basic_consume(
            queue="presentation_rejections",
            on_message_callback=process_rejection,
            auto_ack=True,
        )
        print(" [*] Waiting for messages. To exit press CTRL+C")
        channel.start_consuming()
    except AMQPConnectionError:
        print("Could not connect to RabbitMQ")
        time.sleep(2.0)
