import os
from datetime import timedelta
from socket import gethostname
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from contracts.lab import tell_the_lab
from messaging import metrics
from messaging.schema import wait_for_schema
from messaging.shutdown import Stop
from presentations.course_queues import CourseQueues
from presentations.handlers import consumer
from presentations.overdue import Overdue
from presentations.reconciler import Reconciler


class Command(BaseCommand):
    help = "Notes which presenters have been written to, and publishes decisions again that nobody confirmed."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        stop = Stop.on_signals(settings.LIVENESS_FILE)
        metrics.serve(settings.METRICS_PORT, settings.METRICS_HOST)
        name = f"monolith_subscriber {gethostname()}:{os.getpid()}"
        tell_the_lab(settings.LAB_URL, name)
        wait_for_schema(stop)
        timeout = timedelta(seconds=settings.NOTIFY_TIMEOUT)
        Overdue(timeout, stop).start()
        if settings.COGO_COURSE:  # a mailer of the course confirms nothing: what it took counts as handed over
            CourseQueues(settings.RABBITMQ_URL, name, stop).start()
        else:
            Reconciler(timeout, stop).start()
        consumer.run(settings.RABBITMQ_URL, name, stop)
