from typing import Any

from django.core.management.base import BaseCommand

from conference_go import epochs


class Command(BaseCommand):
    help = "After this database was restored: begins a new epoch, in which all copies take its word anew."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Also where the restore was noticed already; that does no harm."""
        self.stdout.write(f"Epoch {epochs.begin(epochs.current())} began.")
