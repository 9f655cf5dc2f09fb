import gc
import os
import sys
from socket import gethostname
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from attendees.handlers import consumer
from attendees.resync import Resync
from contracts.lab import tell_the_lab
from messaging import metrics
from messaging.schema import wait_for_schema
from messaging.shutdown import Stop

# Seconds for which one thread may keep the interpreter from the other. While there is a backlog the reader is busy, and
# each of the handler's statements would wait for Python's usual 5 ms when it comes back from the database.
SWITCH_INTERVAL = 0.001


class Command(BaseCommand):
    help = "Keeps the copies of accounts and conferences up to date by message, until it is stopped."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        stop = Stop.on_signals(settings.LIVENESS_FILE)
        metrics.serve(settings.METRICS_PORT, settings.METRICS_HOST)
        name = f"attendees_subscriber {gethostname()}:{os.getpid()}"
        tell_the_lab(settings.LAB_URL, name)
        wait_for_schema(stop)
        sys.setswitchinterval(SWITCH_INTERVAL)
        # What is here by now stays: while there is a backlog, looking through all of it for garbage again and again
        # would take an eighth of the time. Messages are no garbage of that kind; they go when nobody has them any more.
        gc.freeze()
        gc.set_threshold(100_000)
        resync = Resync()
        resync.start()
        consumer.run(settings.RABBITMQ_URL, name, stop, on_ready=resync.ask)
