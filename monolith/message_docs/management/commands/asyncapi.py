from typing import Any

from django.core.management.base import BaseCommand

from message_docs.as_yaml import as_yaml


class Command(BaseCommand):
    help = "Prints the AsyncAPI document of the messages, as in docs/reference/asyncapi.yaml."
    requires_system_checks = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        """As YAML, in the document's own order."""
        self.stdout.write(as_yaml(), ending="")
