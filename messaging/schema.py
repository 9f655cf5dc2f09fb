"""Waits for a Django service's database, and for its tables."""

import logging
import time

from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from messaging.backoff import Backoff

log = logging.getLogger(__name__)

MIGRATION_LOCK = 0x6D696772  # "migr": any number, the same for all who migrate one database


def wait_for_database() -> None:
    """Return once the database answers, however long that takes."""
    pauses = Backoff(first=0.5, most=5)
    while True:
        try:
            connection.ensure_connection()
        except OperationalError as error:
            pause = pauses.next()
            reason = str(error).strip().splitlines()[0]
            log.warning("waiting for the database (%s); next try in %.1f s", reason, pause)
            time.sleep(pause)
        else:
            return


def wait_for_schema() -> None:
    """Return once another process has brought the tables up to date."""
    wait_for_database()
    while _is_behind():
        log.warning("waiting for the database's migrations")
        time.sleep(1)


def migrate_alone() -> None:
    """Bring the tables up to date; of several processes that try at once, one works and the others wait."""
    wait_for_database()
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 0; SET statement_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
    try:
        call_command("migrate", interactive=False, verbosity=0)
    finally:
        connection.close()  # which gives the lock back, and the time limits


def _is_behind() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
