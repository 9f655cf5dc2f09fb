from django.apps import AppConfig
from django.conf import settings

from messaging import tracing


class AttendeesConfig(AppConfig):
    name = "attendees"

    def ready(self) -> None:
        """Have the messages that arrive followed, where somebody wants traces."""
        if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
            from telemetry import traces

            endpoint, rate = settings.OTEL_EXPORTER_OTLP_ENDPOINT, settings.TRACES_PER_SECOND
            tracing.trace_with(traces.start(endpoint, settings.SERVICE_NAME, rate))
