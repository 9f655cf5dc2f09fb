import json

import pika


def send_to_queue(queue_name, presentation):
    parameters = pika.ConnectionParameters(host="rabbitmq")
    connection = pika.BlockingConnection(parameters)
    channel = connection.channel()
    channel.queue_declare(queue=queue_name)
    channel.basic_publish(
        exchange="",
        routing_key=queue_name,
        body=json.dumps(
            {
                "presenter_name": presentation.presenter_name,
                "presenter_email": presentation.presenter_email,
                "title": presentation.title,
            }
        ),
    )
    connection.close()


def send_account_data(account):
    content = {
        "email": account.email,
        "first_name": account.first_name,
        "last_name": account.last_name,
        "is_active": account.is_active,
        "updated": account.updated.isoformat(),
    }
    parameters = pika.ConnectionParameters(host="rabbitmq")
    connection = pika.BlockingConnection(parameters)
    channel = connection.channel()
    channel.exchange_declare(exchange="account_info", exchange_type="fanout")
    channel.basic_publish(exchange="account_info", routing_key="", body=json.dumps(content))
    connection.close()
