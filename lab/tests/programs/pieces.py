"""What the programs are made of, each sound unless told otherwise."""

CONSUMER = """
    import pika

    def handle(channel, method, properties, body):
        {work}
        channel.basic_ack(method.delivery_tag)

    connection = pika.BlockingConnection(pika.ConnectionParameters("rabbitmq"))
    channel = connection.channel()
    channel.queue_declare("letters", durable=True)
    {prefetch}
    channel.basic_consume("letters", handle{options})
    channel.start_consuming()
"""
PUBLISHER = """
    import pika

    connection = pika.BlockingConnection(pika.ConnectionParameters("rabbitmq"))
    channel = connection.channel()
    channel.queue_declare(queue="letters", durable={durable})
    {confirms}
    channel.basic_publish("", "letters", b"{{}}"{properties}{mandatory})
"""
SUBSCRIBER = """
    import json
    import pika

    def handle(channel, method, properties, body):
        try:
            content = json.loads(body)
            {work}
        except ValueError:
            channel.basic_reject(method.delivery_tag, requeue=False)

    channel = pika.BlockingConnection(pika.ConnectionParameters("rabbitmq")).channel()
    channel.queue_declare({queue})
    channel.queue_bind("accounts", "account_info")
    channel.basic_qos(prefetch_count=10)
    channel.basic_consume("accounts", handle)
"""
COMPOSE = """
    services:
      rabbitmq:
        image: {rabbitmq}
        volumes: {volumes}
      worker:
        build: .
        restart: {restart}
        depends_on: {depends_on}
"""


def consumer(work="send(body)", prefetch="channel.basic_qos(prefetch_count=10)", options=""):
    return {"consumer.py": CONSUMER.format(work=work, prefetch=prefetch, options=options)}


def publisher(
    durable="True", confirms="channel.confirm_delivery()", properties=", properties=kept", mandatory=", mandatory=True"
):
    return {
        "publisher.py": PUBLISHER.format(durable=durable, confirms=confirms, properties=properties, mandatory=mandatory)
    }


def subscriber(work="copy(content)", queue="'accounts', durable=True"):
    return {"subscriber.py": SUBSCRIBER.format(work=work, queue=queue)}


def compose(
    rabbitmq="rabbitmq:4-management",
    volumes="[data:/var/lib/rabbitmq]",
    restart="unless-stopped",
    depends_on="{rabbitmq: {condition: service_healthy}}",
):
    return {
        "docker-compose.yml": COMPOSE.format(rabbitmq=rabbitmq, volumes=volumes, restart=restart, depends_on=depends_on)
    }


SEND = """
    import pika

    def send(body):
        channel = pika.BlockingConnection(pika.ConnectionParameters("rabbitmq")).channel()
        channel.confirm_delivery()
        channel.basic_publish("", "letters", body, mandatory=True)
"""
