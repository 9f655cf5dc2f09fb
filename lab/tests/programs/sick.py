"""Programs with exactly one hazard each: its name, and the files."""

from lab.tests.programs.pieces import SEND, compose, consumer, publisher, subscriber

SICK = {
    "acknowledged-before-the-work": consumer(options=", auto_ack=True"),
    "no-prefetch": consumer(prefetch=""),
    "queue-not-durable": publisher(durable="False"),
    "declared-in-two-ways": {
        "a.py": "channel.exchange_declare('news', 'fanout', durable=True)",
        "b.py": "channel.exchange_declare('news', 'fanout')",
    },
    "misspelt-queue": {
        "send.py": """
            channel.confirm_delivery()
            channel.basic_publish(exchange="", routing_key="presentation_aprovals", body=body, mandatory=True)
        """,
        "receive.py": """
            channel.basic_qos(prefetch_count=1)
            channel.basic_consume(queue="presentation_approvals", on_message_callback=handle)
        """,
    },
    "body-not-guarded": consumer(work="send(__import__('json').loads(body))"),
    "requeued-for-ever": {
        "consumer.py": """
            def handle(channel, method, properties, body):
                try:
                    send(body)
                except Exception:
                    channel.basic_nack(method.delivery_tag, requeue=True)
        """
    },
    "only-one-error-is-caught": {
        "consumer.py": """
            import time
            import pika
            from pika.exceptions import AMQPConnectionError

            while True:
                try:
                    channel = pika.BlockingConnection(pika.ConnectionParameters(host="rabbitmq")).channel()
                    channel.start_consuming()
                except AMQPConnectionError:
                    time.sleep(2)
        """
    },
    "stored-then-published": {
        "views.py": """
            from send import send

            def approve_view(request, pk):
                presentation = load(pk)
                presentation.approve()
                send("presentation_approvals", presentation)
        """,
        "send.py": """
            def send(queue, content):
                channel.confirm_delivery()
                channel.basic_publish("", queue, content, mandatory=True)
        """,
    },
    "connection-for-each-message": {"send.py": SEND},
    "publisher-without-confirms": publisher(confirms=""),
    "published-to-nowhere": {
        "send.py": """
            channel.confirm_delivery()
            channel.basic_publish("presentations", "approvals", body)
        """
    },
    "message-not-persistent": publisher(properties=""),
    "decided-twice": {
        "models.py": """
            class Presentation:
                def approve(self):
                    self.status = "APPROVED"
        """
    },
    "status-row-that-nobody-made": {"models.py": "status = Status.objects.get(name='SUBMITTED')"},
    "time-of-the-message-not-of-the-row": {"events.py": "body = {'email': account.email, 'updated': datetime.now()}"},
    "news-missed-while-away": subscriber(queue="'', exclusive=True"),
    "late-news-ends-the-consumer": {
        "subscriber.py": "AccountVO.objects.filter(updated__lt=updated).update_or_create(email=email)"
    },
    "own-time-in-a-copy": {
        "models.py": """
            class AccountVO(models.Model):
                updated = models.DateTimeField(auto_now=True)
        """
    },
    "day-instead-of-time": {
        "models.py": """
            class AccountVO(models.Model):
                updated = models.DateField()
        """
    },
    "deleting-what-never-came": subscriber(work="AccountVO.objects.get(email=content['email']).delete()"),
    "closed-account-comes-back": subscriber(
        work="""if content["is_active"]:
                AccountVO.objects.update_or_create(email=content["email"])
            else:
                AccountVO.objects.filter(email=content["email"]).delete()"""
    ),
    "request-without-timeout": {"poll.py": "requests.get('http://monolith:8000/api/conferences/')"},
    "answer-not-checked": {
        "poll.py": """
            def conferences():
                return requests.get("http://monolith:8000/api/conferences/", timeout=5).json()
        """
    },
    "deleted-things-stay": {
        "poll.py": """
            def copy():
                response = requests.get("http://monolith:8000/api/conferences/", timeout=5)
                response.raise_for_status()
                for each in response.json()["conferences"]:
                    ConferenceVO.objects.update_or_create(import_href=each["href"])
        """
    },
    "poll-that-hides-its-errors": {
        "poll.py": """
            while True:
                try:
                    copy()
                except Exception:
                    pass
                sleep(5)
        """
    },
    "poll-that-ends-at-the-first-error": {
        "poll.py": """
            def poll():
                requests.get("http://monolith:8000/api/conferences/", timeout=5).raise_for_status()

            while True:
                poll()
                sleep(5)
        """
    },
    "address-without-its-last-slash": {"poll.py": "requests.get('http://monolith:8000/api/conferences', timeout=5)"},
    "host-name-with-underscore": {"poll.py": "URL = 'http://attendees_microservice:8001/api/'"},
    "key-in-the-code": {"keys.py": "PEXELS_API_KEY = '5634aBcD9876zYxW4321qRsT'"},
    "no-host-is-allowed-but-localhost": {**compose(), "settings.py": "ALLOWED_HOSTS = []"},
    "localhost-inside-a-container": {
        **compose(),
        "connect.py": "parameters = pika.ConnectionParameters(host='localhost')",
    },
    "mail-without-timeout": {"settings.py": "EMAIL_HOST = 'mail'"},
    "image-without-a-version": {"Dockerfile": "FROM python:3\nCMD python app.py"},
    "old-django-on-a-new-python": {
        "Dockerfile": "FROM python:3.13-slim",
        "requirements.txt": "asgiref==3.5.0\nDjango==4.0.3",
    },
    "not-started-again": compose(restart='"no"'),
    "waits-for-the-start-only": compose(depends_on="[rabbitmq]"),
    "data-without-a-volume": compose(volumes="[]"),
    "broker-without-a-page": compose(rabbitmq="rabbitmq:4"),
    "mail-catcher-that-is-no-longer-kept": {
        "docker-compose.yml": """
            services:
              mail:
                image: mailhog/mailhog:latest
        """
    },
    "server-open-to-the-network": {
        "docker-compose.yml": """
            services:
              database:
                image: postgres:17
                volumes: [data:/var/lib/postgresql/data]
                ports: ["5432:5432"]
        """
    },
    "carriage-returns-in-a-script": {"run.py": "pass", "start.sh": "#!/bin/sh\r\npython app.py\r\n"},
}
