import logging
import os
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from accounts.models import Account
from conference_go import epochs
from conference_go.changes import renumber_restored
from messaging.schema import migrate_alone
from messaging.shutdown import Stop

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Brings the database up to date, seeds a new one, then becomes the web server."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        if settings.COGO_OPEN_API:
            log.warning("COGO_OPEN_API=1: anyone who reaches this service may decide and change everything")
        migrate_alone(Stop())
        epochs.current()  # before anybody asks: a new one takes a while where there is much to be numbered anew
        renumber_restored()
        if not Account.objects.exists():
            call_command("seed")
        os.chdir(settings.BASE_DIR)  # where the server finds the wsgi module
        os.execv(sys.executable, [sys.executable, "-m", *_granian()])  # noqa: S606 - no shell wanted


def _granian() -> list[str]:
    """Two processes of one thread each served most requests of what was measured (2 cores). A connection that is
    only read takes no thread, so there may be many."""
    return [
        "granian", "--interface", "rsgi",
        "--host", settings.WEB_HOST, "--port", str(settings.WEB_PORT),
        "--workers", str(settings.WEB_WORKERS), "--backlog", "2048", "--backpressure", "2048",
        "conference_go.wsgi:server",
    ]  # fmt: skip
