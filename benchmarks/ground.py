"""What everybody is measured on: one RabbitMQ and one Postgres of our own, gone afterwards."""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import requests

from native.postgres import Postgres
from native.rabbitmq import RabbitMQ

LOG_FILES = 32  # of 16 MB
SECRET = secrets.token_urlsafe(60)
USER = "bench"  # whom our programs log in to RabbitMQ as: they are as deployed, and refuse guest
ROOT = Path(__file__).parents[1]
SERVICES = {"monolith": "monolith", "attendees": "attendees_microservice", "workflow": "presentation_workflow"}


class Ground:
    """The broker, the database server, and programs that run on them."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="cogo-bench-"))
        self.folder.chmod(0o711)  # as root, Postgres runs as another user
        self.broker = RabbitMQ(self.folder / "rabbitmq")
        self.postgres = Postgres(self.folder / "postgres")

    def __enter__(self) -> "Ground":
        try:
            broker = threading.Thread(target=self.broker.start)  # the slowest part, beside the others
            broker.start()
            self.postgres.start()
            self.postgres.create_databases()
            self._tune()
            for service in SERVICES:
                self.manage(service, "migrate", "--verbosity", "0")
            broker.join()
            self.ask_broker("PUT", f"users/{USER}", {"password": SECRET, "tags": ""})
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, _type: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        self.broker.kill()
        self.broker.stop()  # what it leaves
        self.postgres.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    @contextmanager
    def vhost(self) -> Iterator[str]:
        """The URL of a fresh virtual host, deleted with all that is in it."""
        name = f"bench-{uuid.uuid4().hex}"
        self.ask_broker("PUT", f"vhosts/{name}")
        for user in ("guest", USER):
            self.ask_broker("PUT", f"permissions/{name}/{user}", {"configure": ".*", "write": ".*", "read": ".*"})
        try:
            yield urlsplit(self.broker.url)._replace(path=f"/{name}").geturl()
        finally:
            self.ask_broker("DELETE", f"vhosts/{name}")

    def ask_broker(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """What its management API answers."""
        url = f"{self.broker.management_url}/api/{path}"
        answer = requests.request(method, url, json=body, auth=("guest", "guest"), timeout=60)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    @contextmanager
    def sql(self, database: str, role: str | None = None) -> Iterator[Any]:
        """A cursor, each statement committed at once."""
        with closing(psycopg2.connect(self.postgres.url(database, role or _owner(database)))) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                yield cursor

    def settle(self) -> None:
        """Have all on disk that was written so far: a commit would wait behind it."""
        with self.sql("postgres", "postgres") as cursor:
            cursor.execute("CHECKPOINT")
        os.sync()

    def clone(self, service: str, name: str) -> None:
        """Another database of the service, with the same tables and rows."""
        with self.sql("postgres", "postgres") as cursor:
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{service}" OWNER "{service}"')

    def env(self, database: str, broker_url: str = "", **more: str) -> dict[str, str]:
        """The environment of a program that uses this database of a service, and this broker."""
        return {
            **os.environ,
            "SECRET_KEY": SECRET,
            "SERVICE_TOKEN": SECRET,
            "LOG_LEVEL": "WARNING",
            "PYTHONUNBUFFERED": "1",
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": self.postgres.url(database, _owner(database)),
            "RABBITMQ_URL": (broker_url or self.broker.url).replace("guest:guest", f"{USER}:{SECRET}"),
            "MONOLITH_URL": "http://127.0.0.1:9",  # nobody is there: what comes, comes by message
            **more,
        }

    def peer_env(self, database: str, broker_url: str) -> dict[str, str]:
        """The same for a program of the peers."""
        return self.env(database, broker_url, DJANGO_SETTINGS_MODULE="benchmarks.peers.settings")

    def manage(self, database: str, *arguments: str) -> str:
        """What a management command of the service printed."""
        command = [sys.executable, f"{SERVICES[database]}/manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.env(database), check=True, capture_output=True, text=True)
        return done.stdout

    def _tune(self) -> None:
        """As on a machine with some memory, and a server that has run for a while: files of its log are there to be
        used again, where a new one would have to be made, and commits would wait for that. They wait for the disk."""
        with self.sql("postgres", "postgres") as cursor:
            for setting in ("max_wal_size = '4GB'", "min_wal_size = '1GB'", "checkpoint_timeout = '15min'"):
                cursor.execute(f"ALTER SYSTEM SET {setting}")
            cursor.execute("SELECT pg_reload_conf()")
            for _ in range(LOG_FILES):
                cursor.execute("SELECT pg_logical_emit_message(false, '', ''), pg_switch_wal()")
            cursor.execute("CHECKPOINT")


def _owner(database: str) -> str:
    """The service whose database, or copy of a database, it is."""
    return database.partition("_")[0]
