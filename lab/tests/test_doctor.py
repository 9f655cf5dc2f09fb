"""Programs with exactly one hazard each, and programs that look alike but are sound."""

import json
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from lab.doctor.hazard import REGISTRY, find
from lab.doctor.program import NotAProgram, read

ROOT = Path(__file__).parents[2]

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

SOUND = {
    "a consumer": consumer(),
    "a publisher": publisher(),
    "a subscriber": subscriber(),
    "a compose file": compose(),
    "a queue for answers": {"ask.py": "channel.queue_declare(queue='', exclusive=True)"},
    "declared alike": {
        "a.py": "channel.queue_declare(queue='letters', durable=True)",
        "b.py": "channel.queue_declare('letters', durable=True)",
    },
    "another queue, not a misspelt one": {
        "send.py": "channel.confirm_delivery()\nchannel.basic_publish('', 'presentation_rejections', b'', mandatory=1)",
        "receive.py": "channel.basic_qos()\nchannel.basic_consume('presentation_approvals', handle)\n"
        "channel.basic_consume('presentation_rejections', handle)",
    },
    "a guarded body": consumer(
        work="""try:
            send(__import__("json").loads(body))
        except (KeyError, ValueError):
            channel.basic_reject(method.delivery_tag, requeue=False)"""
    ),
    "thrown out, not requeued": {
        "consumer.py": """
            try:
                send()
            except Exception:
                channel.basic_nack(tag, requeue=False)
        """
    },
    "an outbox": {
        "actions.py": """
            from outbox import publish

            def approve(pk):
                presentation.save()
                publish(presentation)
        """,
        "outbox.py": """
            def publish(message):
                Row.objects.create(body=message)
        """,
    },
    "a decision that looks first": {
        "models.py": """
            class Presentation:
                def approve(self):
                    if self.status != "SUBMITTED":
                        raise AlreadyDecided
                    self.status = "APPROVED"
        """
    },
    "a status of which somebody made the row": {
        "models.py": "status = Status.objects.get(name='SUBMITTED')",
        "seed.py": "Status.objects.get_or_create(name='SUBMITTED')",
    },
    "own time in a row that is no copy": {
        "models.py": """
            class Conference(models.Model):
                updated = models.DateTimeField(auto_now=True)
        """
    },
    "a poll": {
        "poll.py": """
            def poll():
                response = requests.get("http://monolith:8000/api/conferences/", timeout=5)
                response.raise_for_status()
                for each in response.json()["conferences"]:
                    ConferenceVO.objects.update_or_create(import_href=each["href"])
                ConferenceVO.objects.exclude(import_href__in=hrefs).delete()

            while True:
                try:
                    poll()
                except requests.RequestException:
                    logging.exception("the poll failed")
                sleep(5)
        """
    },
    "a key from the environment": {"keys.py": "PEXELS_API_KEY = os.environ['PEXELS_API_KEY']"},
    "a place for a key": {"keys.py": "PEXELS_API_KEY = 'put-your-key-here-please'"},
    "localhost without containers": {"connect.py": "parameters = pika.ConnectionParameters(host='localhost')"},
    "hosts of a program in one container": {"settings.py": "ALLOWED_HOSTS = []"},
    "a version": {"Dockerfile": "FROM --platform=linux/arm64 python:3.10-slim AS built\nFROM built"},
    "old Django on its Python": {"Dockerfile": "FROM python:3.10", "requirements.txt": "Django==4.0.3"},
    "a port on this machine alone": {
        "docker-compose.yml": """
            services:
              database:
                image: postgres:17
                volumes: [data:/var/lib/postgresql/data]
                ports: ["127.0.0.1:15432:5432"]
        """
    },
    "a hazard shown on purpose": {
        "app.py": "pass",
        "show.py": "# doctor: ignore (shown in a lesson)\nrequests.get('http://monolith/')",
    },
}


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).write_bytes(dedent(text).encode())
    return folder


def found(folder: Path) -> set[str]:
    return {finding.hazard.name for finding in find(read(folder))}


@pytest.mark.parametrize("name", SICK)
def test_a_program_with_one_hazard_is_told_of_that_alone(name, tmp_path):
    assert found(write(tmp_path, SICK[name])) == {name}


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_program_is_left_alone(name, tmp_path):
    assert found(write(tmp_path, SOUND[name])) == set()


def test_each_hazard_has_its_program():
    find(read(ROOT / "lab" / "doctor"))

    assert set(REGISTRY) == set(SICK)


def test_there_is_no_alarm_on_our_own_code():
    assert [f"{finding.path}:{finding.line} {finding.hazard.name}" for finding in find(read(ROOT))] == []


def test_a_file_that_cannot_be_read_does_not_hide_the_others(tmp_path):
    write(tmp_path, {"a.py": "def (:", "b.py": "requests.get('http://monolith/')"})

    program = read(tmp_path)

    assert [finding.path.name for finding in find(program)] == ["b.py"]
    assert list(program.unreadable) == [tmp_path / "a.py"]


def test_a_folder_without_a_program_is_said_so(tmp_path):
    with pytest.raises(NotAProgram, match="no Python file"):
        read(tmp_path)


def test_the_command_names_file_line_and_remedy(tmp_path):
    write(tmp_path, SICK["request-without-timeout"])

    ended = doctor("--code", str(tmp_path))

    assert ended.returncode == 1
    assert "poll.py:1: request-without-timeout" in ended.stdout
    assert "timeout=5" in ended.stdout


def test_the_command_answers_in_json_too(tmp_path):
    write(tmp_path, SICK["request-without-timeout"])

    lines = [json.loads(line) for line in doctor("--code", str(tmp_path), "--json").stdout.splitlines()]

    assert [(line["hazard"], line["file"], line["line"]) for line in lines] == [
        ("request-without-timeout", "poll.py", 1)
    ]


def doctor(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "lab", "doctor", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
