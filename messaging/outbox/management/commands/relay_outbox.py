import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string

from messaging import metrics
from messaging.outbox.relay import Relay
from messaging.outbox.signals import relay_starts
from messaging.schema import wait_for_schema
from messaging.sessions import insist_on_own_sessions
from messaging.shutdown import Stop
from messaging.whereabouts import server


class Command(BaseCommand):
    help = "Moves what this service has published from its database to RabbitMQ, until it is stopped."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        name = f"{settings.SERVICE_NAME} outbox {os.getpid()}"
        stop = Stop.on_signals(getattr(settings, "LIVENESS_FILE", ""))
        metrics.serve(getattr(settings, "METRICS_PORT", 0), getattr(settings, "METRICS_HOST", "127.0.0.1"))
        relay_starts.send(Relay, name=name)
        insist_on_own_sessions()
        wait_for_schema(stop)
        if port := getattr(settings, "WHEREABOUTS_PORT", 0):  # of a service without pages
            server.serve(settings.WEB_HOST, port, settings.SERVICE_TOKEN, import_string(settings.WHEREABOUTS))
        Relay(settings.RABBITMQ_URL, name, settings.MESSAGING_TOPOLOGY, stop).run()
