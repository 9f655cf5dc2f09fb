"""Writes to presenters what was decided: mail_consumer.py AMQP_URL MAIL_HOST MAIL_PORT."""

import json
import smtplib
import sys
from email.message import EmailMessage

import pika


def mailer(host, port, subject, words):
    def process(ch, method, properties, body):
        content = json.loads(body)
        letter = EmailMessage()
        letter["Subject"] = subject
        letter["From"] = "admin@conference.go"
        letter["To"] = content["presenter_email"]
        letter.set_content(f"{content['presenter_name']}, {words.format(title=content['title'])}")
        with smtplib.SMTP(host, port) as server:
            server.send_message(letter)

    return process


def main(url, host, port):
    approval = mailer(host, port, "Your presentation has been accepted", "we're happy to accept {title}")
    rejection = mailer(host, port, "Your presentation has been rejected", "we regret to reject {title}")
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    channel.queue_declare(queue="presentation_approvals")
    channel.basic_consume(queue="presentation_approvals", on_message_callback=approval, auto_ack=True)
    channel.queue_declare(queue="presentation_rejections")
    channel.basic_consume(queue="presentation_rejections", on_message_callback=rejection, auto_ack=True)
    print("ready", flush=True)
    channel.start_consuming()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
