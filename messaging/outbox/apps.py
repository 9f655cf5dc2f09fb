from django.apps import AppConfig
from django.conf import settings

from messaging import topology


class OutboxConfig(AppConfig):
    name = "messaging.outbox"

    def ready(self) -> None:
        """Have whatever connects from this process declare what COGO_COURSE asks for."""
        topology.course_mode = getattr(settings, "COGO_COURSE", False)
