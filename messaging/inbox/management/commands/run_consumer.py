import os
from argparse import ArgumentParser
from socket import gethostname
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string

from messaging import metrics
from messaging.consumer import Consumer
from messaging.schema import wait_for_schema
from messaging.shutdown import Stop


class Command(BaseCommand):
    help = "Hands the messages of its queues to a consumer's handlers, until it is stopped."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("consumer", help="where it is, for example: orders.handlers.consumer")

    def handle(self, *_args: Any, consumer: str, **_options: Any) -> None:
        try:
            chosen = import_string(consumer)
        except ImportError as error:
            raise CommandError(f"there is no {consumer} to run: {error}") from error
        if not isinstance(chosen, Consumer):
            raise CommandError(f"{consumer} is a {type(chosen).__name__}, not a Consumer of messaging.consumer")
        stop = Stop.on_signals(getattr(settings, "LIVENESS_FILE", ""))
        metrics.serve(getattr(settings, "METRICS_PORT", 0), getattr(settings, "METRICS_HOST", "127.0.0.1"))
        wait_for_schema(stop)
        chosen.run(settings.RABBITMQ_URL, f"{settings.SERVICE_NAME} {gethostname()}:{os.getpid()}", stop)
