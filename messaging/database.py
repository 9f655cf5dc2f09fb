"""The database that messages are kept in: which it is, how a process connects to it, and what its drivers differ in.

It is `default`, or the alias that the setting MESSAGING_DATABASE names. Its driver is psycopg2, or psycopg 3 where that
is installed, as Django chooses.

A server that ended says so. One that vanished with its machine, or behind a firewall that drops its connections, says
nothing: Linux waits for a quarter of an hour for an answer to what was sent, and for ever where nothing was sent.
"""

from typing import Any, cast

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.psycopg_any import is_psycopg3  # type: ignore[import-untyped]
from django.utils.connection import ConnectionProxy

# The kernel asks a silent connection whether its other end is there (after 5 s, then each 2 s, three times), and takes
# 6 s without a sign for its end. The server takes 10 s: see docker-compose.yml.
NOTICED = {
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 6_000,
}
CONNECT_WITHIN = 5  # seconds, for each host of the address


def options(lock_timeout: str) -> dict[str, Any]:
    """OPTIONS of a database in Django's settings."""
    limits = f"-c statement_timeout=15s -c lock_timeout={lock_timeout}"
    return {"connect_timeout": CONNECT_WITHIN, "options": limits, **NOTICED}


def alias() -> str:
    """The name that this database has in Django's settings."""
    return getattr(settings, "MESSAGING_DATABASE", DEFAULT_DB_ALIAS)


class _Connection(ConnectionProxy):  # type: ignore[type-arg]
    @property
    def _alias(self) -> str:
        return alias()


connection = cast(BaseDatabaseWrapper, _Connection(connections, DEFAULT_DB_ALIAS))


class Notifications:
    """What NOTIFY told this session, which executes LISTEN."""

    def __init__(self) -> None:
        self._are_there = False
        if is_psycopg3:
            connection.connection.add_notify_handler(self._note)

    def read(self) -> None:
        """Read those that arrived. Raises django.db.Error when the session is lost."""
        with connection.wrap_database_errors:  # these are the driver's own, past Django's cursor
            if is_psycopg3:
                server = connection.connection.pgconn
                server.consume_input()
                while server.notifies():
                    self._are_there = True
            else:
                connection.connection.poll()

    def take(self) -> bool:
        """Whether any arrived since the last call, with statements too."""
        if not is_psycopg3 and connection.connection.notifies:
            connection.connection.notifies.clear()
            return True
        were_there, self._are_there = self._are_there, False
        return were_there

    def _note(self, _notification: object) -> None:
        self._are_there = True
