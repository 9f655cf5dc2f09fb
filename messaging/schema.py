"""Waits for a Django service's database, and for its tables."""

import logging
from collections.abc import Callable

from django.core.management import CommandError, call_command
from django.db import InterfaceError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from messaging import waiting
from messaging.backoff import Backoff
from messaging.database import alias, connection
from messaging.sessions import SharedSession
from messaging.shutdown import Stop

log = logging.getLogger(__name__)

AGAIN = 1.0  # seconds
MIGRATION_LOCK = 0x6D696772  # "migr": any number, the same for all who migrate one database


def wait_for_schema(stop: Stop) -> None:
    """Return once the database answers and another process has brought the tables up to date, however long that takes;
    the first thing that a process does with its database. Raises SystemExit when it is asked to stop meanwhile."""
    waiting.wait_no_longer_than(stop)
    _insist(stop, _is_behind)


def migrate_alone(stop: Stop) -> None:
    """Bring the tables up to date; of several processes that try at once, one works and the others wait.

    A database that goes away meanwhile is waited for: what was migrated is noted there. Raises SystemExit like
    `wait_for_schema`.
    """
    waiting.wait_no_longer_than(stop)
    while not _migrated(stop):
        stop.wait(AGAIN)


def _migrated(stop: Stop) -> bool:
    """Whether it was done; not if the database went away over it."""
    gate = connection.copy()  # the lock is one of a transaction there: a pooler keeps that together, and no more
    try:
        _insist(stop, lambda: _is_locked(gate))
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = 0; SET statement_timeout = 0")
        with waiting.for_as_long_as_it_takes():
            call_command("migrate", database=alias(), interactive=False, verbosity=0)
    except SharedSession as error:
        raise CommandError(str(error)) from error
    except (OperationalError, InterfaceError) as error:
        log.warning("lost the database while it was migrated (%s)", str(error).strip().partition("\n")[0])
        return False
    finally:
        gate.close()
        connection.close()  # and with it the session that knows no time limits
    return True


def _insist(stop: Stop, has_to_wait: Callable[[], str]) -> None:
    """Return once the database answers and there is nothing to wait for."""
    pauses = Backoff(first=0.5, most=2)
    while not stop.is_set():
        try:
            why = has_to_wait()
        except SharedSession as error:
            raise CommandError(str(error)) from error
        except (OperationalError, InterfaceError) as error:
            connection.close()
            why = f"database ({str(error).strip().splitlines()[0]})"
        if not why:
            return
        pause = pauses.next()
        log.warning("waiting for the %s; next try in %.1f s", why, pause)
        stop.show_alive()
        stop.wait(pause)
    log.info("asked to stop while it waited for the database")
    raise SystemExit(0)


def _is_locked(gate: BaseDatabaseWrapper) -> str:
    """Take the lock of those who migrate; what there is to wait for if another has it."""
    gate.close()
    gate.set_autocommit(False)
    with gate.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [MIGRATION_LOCK])
        return "" if cursor.fetchone()[0] else "process that migrates the database"


def _is_behind() -> str:
    executor = MigrationExecutor(connection)
    return "database's migrations" if executor.migration_plan(executor.loader.graph.leaf_nodes()) else ""
