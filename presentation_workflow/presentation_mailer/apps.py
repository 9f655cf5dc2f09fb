from typing import Any

from django.apps import AppConfig
from django.conf import settings

import telemetry
from messaging import observing
from messaging.outbox.signals import relay_starts


class PresentationMailerConfig(AppConfig):
    name = "presentation_mailer"

    def ready(self) -> None:
        relay_starts.connect(tell_the_lab)


def tell_the_lab(name: str, **_: Any) -> None:
    """The relay of this service, known as `name`, is seen in the lab."""
    telemetry.start(settings.LAB_URL, name)
    observing.tell_to(telemetry)
