from functools import partial

from django.apps import AppConfig
from django.conf import settings

from contracts.lab import tell_the_lab
from messaging import tracing
from messaging.outbox.signals import forgetting, ready_to_publish, relay_starts


class PresentationsConfig(AppConfig):
    name = "presentations"

    def ready(self) -> None:
        """Have the relay see to the course's queues before it publishes, keep what may be published again, and be seen
        in the lab."""
        from presentations import course_queues, reconciler

        ready_to_publish.connect(course_queues.on_ready)
        forgetting.connect(reconciler.still_needed)
        relay_starts.connect(partial(tell_the_lab, settings.LAB_URL), weak=False)
        if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
            trace()


def trace() -> None:
    """Requests of this process, and the messages that they cause, are followed."""
    from telemetry import traces
    from web import traced

    traced.traces = traces.start(
        settings.OTEL_EXPORTER_OTLP_ENDPOINT, settings.SERVICE_NAME, settings.TRACES_PER_SECOND
    )
    tracing.trace_with(traced.traces)
