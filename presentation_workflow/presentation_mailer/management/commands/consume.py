import os
from socket import gethostname
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from contracts.lab import tell_the_lab
from messaging import metrics
from messaging.schema import migrate_alone
from messaging.sessions import insist_on_own_sessions
from messaging.shutdown import Stop
from presentation_mailer.handlers import consumer


class Command(BaseCommand):
    help = "Writes to presenters about decisions, until it is stopped. Start as many as you like: they share the work."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        stop = Stop.on_signals(settings.LIVENESS_FILE)
        metrics.serve(settings.METRICS_PORT, settings.METRICS_HOST)
        name = f"presentation_workflow {gethostname()}:{os.getpid()}"
        tell_the_lab(settings.LAB_URL, name)
        insist_on_own_sessions()  # see in_hand
        migrate_alone(stop)
        consumer.run(settings.RABBITMQ_URL, name, stop)
