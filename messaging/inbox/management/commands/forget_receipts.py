from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from messaging.database import connection

# Longer than any message comes again: what is unconfirmed is published again for a year (outbox.rows.AGAIN_DAYS), and
# dead letters are replayed for a year (dead_letters.REPLAYED_DAYS).
LEAST_DAYS = 400
BATCH = 5000  # rows in a transaction

# Not those of other programs' messages, whose ids are made of what they say: the same may be said again at any time.
FORGET = """
    DELETE FROM inbox_receipt WHERE (message_id, handler) IN (
        SELECT message_id, handler FROM inbox_receipt
         WHERE received_at < now() - %s * interval '1 day' AND substr(message_id::text, 15, 1) = '7' LIMIT %s)
"""


class Command(BaseCommand):
    help = "Removes receipts that are older than any message can still be, of messages of ours."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=LEAST_DAYS, help=f"at least {LEAST_DAYS}, the default")

    def handle(self, *_args: Any, days: int, **_options: Any) -> None:
        """A batch at a time. Raises CommandError for receipts that may still be needed."""
        if days < LEAST_DAYS:
            raise CommandError(f"A message may come again for a year: receipts stay for {LEAST_DAYS} days.")
        number, found = 0, BATCH
        with connection.cursor() as cursor:
            while found == BATCH:
                cursor.execute(FORGET, [days, BATCH])
                found = cursor.rowcount
                number += found
        self.stdout.write(f"{number} receipts forgotten")
