"""A private Postgres that can be hurt; each stage has databases of its own in it."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2

from native.postgres import DATABASES, Postgres
from tests.faults.patience import until

ROOT = Path(__file__).parents[2]
MANAGE = {"monolith": "monolith", "attendees": "attendees_microservice", "workflow": "presentation_workflow"}


class Database(Postgres):
    """One server. `prepare` once; then `create` as often as a stage needs databases."""

    def prepare(self) -> None:
        """Start it, and bring one database per service up to date, to be copied later."""
        self.start()
        if self.listens:
            with (self.folder / "pg_hba.conf").open("a") as rules:
                rules.write(f"host all,replication all {self.listens.rsplit('.', 1)[0]}.0/24 trust\n")
            self.ask("postgres", "SELECT pg_reload_conf()")
        self.create_databases()
        migrations = [
            subprocess.Popen(
                [sys.executable, f"{MANAGE[name]}/manage.py", "migrate", "-v0"],
                cwd=ROOT,
                env={**os.environ, "DEBUG": "1", "DATABASE_URL": self.url(name)},
            )
            for name in DATABASES
        ]
        assert [migration.wait() for migration in migrations] == [0] * len(DATABASES)

    def create(self, suffix: str) -> dict[str, str]:
        """Fresh, migrated databases: service → URL."""
        for name in DATABASES:
            self.ask("postgres", f'CREATE DATABASE "{name}_{suffix}" TEMPLATE {name} OWNER {name}')
        return {name: self.url(f"{name}_{suffix}", name) for name in DATABASES}

    def ask(self, database: str, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of one statement, as superuser, on a connection of its own. Raises psycopg2.Error."""
        with closing(psycopg2.connect(self.url(database, "postgres"))) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchall() if cursor.description else []

    def crash(self) -> None:
        """Immediate shutdown: every session is cut, nothing is tidied up; returns when it is gone."""
        self._end(signal.SIGQUIT)

    def shut_down(self) -> None:
        """Fast shutdown: every session is told, then cut; returns when it is gone."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """SIGKILL of the main process; returns when the others, which notice, are gone as well."""
        main = self.process.pid
        others = Path(f"/proc/{main}/task/{main}/children").read_text().split()
        self._end(signal.SIGKILL)
        assert until(lambda: not any(Path(f"/proc/{other}").exists() for other in others), 20)

    def log(self) -> str:
        """All it has logged."""
        return (self.folder / "log").read_text(errors="replace")

    def _end(self, number: int) -> None:
        self.process.send_signal(number)
        self.process.wait(20)
