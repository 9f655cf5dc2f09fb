"""Where events are kept: one table in a schema of its own, with one row for each message."""

from collections.abc import Sequence

import psycopg2
from psycopg2.extras import execute_values

from messaging.errors import Outage
from messaging.message import Message

TABLE = """
    CREATE SCHEMA IF NOT EXISTS audit_log;
    CREATE TABLE IF NOT EXISTS audit_log.event (
        number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        message_id uuid UNIQUE, type text, subject text, fields jsonb, kept_at timestamptz DEFAULT now()
    )
"""
# A message that is delivered again has the id that it had: it is there already.
KEEP = """
    INSERT INTO audit_log.event (message_id, type, subject, fields) VALUES %s
    ON CONFLICT (message_id) DO NOTHING RETURNING message_id::text
"""


class Store:
    """Connects when it is needed, and again after an error. For one thread."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: psycopg2.extensions.connection | None = None

    def keep(self, messages: Sequence[Message]) -> set[str]:
        """Keep these in one transaction; the ids of those that were not kept before. Raises Outage."""
        rows = [(str(each.message_id), each.type, each.subject(), each.model_dump_json()) for each in messages]
        try:
            with self._connected() as connection, connection.cursor() as cursor:
                return {row[0] for row in execute_values(cursor, KEEP, rows, fetch=True)}
        except psycopg2.OperationalError as error:
            self._connection = None
            raise Outage(f"the audit log's database is away ({str(error).strip()})") from error

    def _connected(self) -> psycopg2.extensions.connection:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg2.connect(self._url)
            with self._connection, self._connection.cursor() as cursor:
                cursor.execute(TABLE)
        return self._connection
