from django.apps import AppConfig


class BillConfig(AppConfig):
    name = "bill"

    def ready(self) -> None:
        from bill import receivers  # noqa: F401 - connects them
