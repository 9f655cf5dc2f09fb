from django.apps import AppConfig


class PresentationsConfig(AppConfig):
    name = "presentations"

    def ready(self) -> None:
        """Have the relay see to the course's queues before it publishes."""
        from messaging.outbox.signals import ready_to_publish
        from presentations import course_queues

        ready_to_publish.connect(course_queues.on_ready)
