import time
from argparse import ArgumentParser
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from messaging.connection import connect
from messaging.message import CANARY, Wire
from messaging.outbox.rows import forget, store
from messaging.shutdown import Stop


class Command(BaseCommand):
    help = "Sends a message down every queue, by way of this service's outbox and relay, and says who answered."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seconds", type=float, default=10, help="how long to wait for answers")

    def handle(self, *_args: Any, seconds: float, **_options: Any) -> None:
        waiting = {uuid4(): queue.name for queue in settings.MESSAGING_TOPOLOGY.queues}
        sent = list(waiting)
        with connect(settings.RABBITMQ_URL, f"{settings.SERVICE_NAME} canary", Stop()) as connection:
            channel = connection.channel()
            answers = channel.queue_declare("", exclusive=True).method.queue
            started = time.monotonic()
            with transaction.atomic():
                for id, queue in waiting.items():
                    store([Wire(id, "", queue, CANARY, b"{}", {"reply_to": answers})], [f"{CANARY}/{queue}"])
            for _, properties, who in channel.consume(answers, auto_ack=True, inactivity_timeout=0.1):
                passed = time.monotonic() - started
                if who is not None and properties is not None:
                    queue = waiting.pop(UUID(properties.message_id))
                    self.stdout.write(f"{queue:32}{1000 * passed:8.0f} ms  {who.decode()}")
                if not waiting or passed > seconds:
                    break
        forget(sent)
        if waiting:
            raise CommandError(f"nobody answered within {seconds:g} s from: {', '.join(sorted(waiting.values()))}")
