from typing import Any

from django.apps import AppConfig
from django.conf import settings

import telemetry
from messaging import observing, tracing
from messaging.outbox.signals import relay_starts


class PresentationMailerConfig(AppConfig):
    name = "presentation_mailer"

    def ready(self) -> None:
        relay_starts.connect(tell_the_lab)
        if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
            from telemetry import traces

            endpoint, rate = settings.OTEL_EXPORTER_OTLP_ENDPOINT, settings.TRACES_PER_SECOND
            tracing.trace_with(traces.start(endpoint, settings.SERVICE_NAME, rate))


def tell_the_lab(name: str, **_: Any) -> None:
    """The relay of this service, known as `name`, is seen in the lab."""
    telemetry.start(settings.LAB_URL, name)
    observing.tell_to(telemetry)
