"""A schema of its own for one experiment, with the tables of outbox and inbox."""

from contextlib import closing
from urllib.parse import quote

import dj_database_url
import django
import psycopg2
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg2 import sql

TABLES = """
    CREATE TABLE decision (presentation int PRIMARY KEY);
    CREATE TABLE letter (presentation int)
"""


def make(url: str, schema: str) -> tuple[str, str]:
    """Make the schema, and have Django work in it; its URL and name."""
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
    mine = f"{url}{'&' if '?' in url else '?'}options={quote(f'-csearch_path={schema}')}"
    if settings.configured:  # another experiment of this process was here
        connections["default"].settings_dict.update(dj_database_url.parse(mine))
    else:
        settings.configure(
            INSTALLED_APPS=["messaging.outbox", "messaging.inbox"],
            DATABASES={"default": dj_database_url.parse(mine)},
            USE_TZ=True,
            SECRET_KEY=schema,
        )
        django.setup()
    call_command("migrate", verbosity=0)
    with connections["default"].cursor() as cursor:
        cursor.execute(TABLES)
    connections.close_all()  # a process that is started now must not share it
    return mine, schema


def drop(url: str, schema: str) -> None:
    """Remove it, and all that is in it."""
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))


def numbers(url: str, table: str) -> list[int]:
    """The presentations in a table."""
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT presentation FROM {} ORDER BY 1").format(sql.Identifier(table)))
        return [number for (number,) in cursor.fetchall()]
