from django.apps import AppConfig


class UsageConfig(AppConfig):
    name = "usage"
    label = "bill"  # in the database, whose table and migrations are older than the name

    def ready(self) -> None:
        from usage import receivers  # noqa: F401 - connects them
