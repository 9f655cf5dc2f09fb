"""For processes that rely on their session with Postgres: on its locks, its LISTEN, its settings."""

from typing import Any

from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created


class SharedSession(OperationalError):
    """A pooler is in between, which may give each statement to another session: whose are its locks then?

    DATABASE_URL must lead to Postgres itself.
    """

    def __init__(self) -> None:
        super().__init__(
            "this process needs a direct connection to Postgres, and DATABASE_URL leads through a pooler (such as"
            " PgBouncer), which shares sessions: name the server itself"
        )


def insist_on_own_sessions() -> None:
    """From now on each new connection is looked at, and not used if it leads through a pooler: whoever wants to use it
    gets SharedSession, each time."""
    connection_created.connect(_insist_on_own_session, dispatch_uid="messaging.sessions")


def _insist_on_own_session(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Postgres greets a client with the number of the process that serves it. A pooler greets before it has one, with a
    number of its own; so this holds on a quiet pool too, where the same process happens to answer each time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (answers,) = cursor.fetchone()
    if answers != connection.connection.info.backend_pid:
        connection.close()
        raise SharedSession
