import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Becomes the lab's web server: one process, for what was seen is kept in its memory."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        os.chdir(settings.BASE_DIR.parent)  # where the server finds the asgi module
        os.execv(sys.executable, [sys.executable, "-m", *_granian()])  # noqa: S606 - no shell wanted


def _granian() -> list[str]:
    return [
        "granian", "--interface", "asgi", "--host", settings.WEB_HOST, "--port", str(settings.WEB_PORT),
        "--workers", "1", "--workers-kill-timeout", "5", "lab.site.asgi:application",
    ]  # fmt: skip
