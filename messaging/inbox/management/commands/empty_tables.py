from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

# What migrations filled, and would not fill again.
FILLED = {"django_migrations", "django_content_type", "auth_permission"}


class Command(BaseCommand):
    help = "Removes every row that this service has written; tables and ids begin as new. Refused unless DEBUG=1."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """All of it or nothing. Raises CommandError in production."""
        if not settings.DEBUG:
            raise CommandError("This removes all data of the service, and is there in development only: DEBUG=1")
        filled = FILLED | set(getattr(settings, "TABLES_FILLED_BY_MIGRATIONS", ()))
        with connection.cursor() as cursor:
            names = set(connection.introspection.table_names(cursor)) - filled
            tables = ", ".join(connection.ops.quote_name(name) for name in sorted(names))
            cursor.execute(f"TRUNCATE {tables} RESTART IDENTITY")
