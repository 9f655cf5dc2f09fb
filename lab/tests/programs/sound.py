"""Programs that look as if they had a hazard, and have none."""

from lab.tests.programs.pieces import compose, consumer, publisher, subscriber

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
    "an answer of HTTP": {
        "client.py": """
            def ask(path, method, address, body=None):
                return json.loads(request(path, method, address, body))
        """
    },
    "a time that nobody told": {"serializers.py": "unknown = {'starts': None, 'updated': timezone.now()}"},
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
