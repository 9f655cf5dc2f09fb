from functools import partial

from django.apps import AppConfig
from django.conf import settings

from contracts.lab import tell_the_lab
from messaging import tracing
from messaging.outbox.signals import relay_starts


class PresentationMailerConfig(AppConfig):
    name = "presentation_mailer"

    def ready(self) -> None:
        relay_starts.connect(partial(tell_the_lab, settings.LAB_URL), weak=False)
        if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
            from telemetry import traces

            endpoint, rate = settings.OTEL_EXPORTER_OTLP_ENDPOINT, settings.TRACES_PER_SECOND
            tracing.trace_with(traces.start(endpoint, settings.SERVICE_NAME, rate))
