"""What the race runs on: the monolith, its outbox relay, its database and a broker, and nothing else."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from shutil import rmtree
from typing import Any, Protocol

import psycopg2
import requests

from lab import settings
from lab.race.processes import Tree
from native.postgres import Postgres
from native.rabbitmq import RabbitMQ, free_port

READY_WITHIN = 60  # seconds
WAITING = "SELECT count(*) FROM outbox_outboxmessage WHERE sent_at IS NULL"


class StackBroken(Exception):
    """A part of the race's own stack does not get ready; the message has the end of its log."""


class RaceStack(Protocol):
    """What a race needs to know of a stack."""

    monolith_url: str
    rabbitmq_url: str
    management_url: str
    backend: str  # how its writer changes conferences: by "actions" or by "http"
    environment: dict[str, str]  # of the writer

    @property
    def trees(self) -> dict[str, Tree]:
        """The processes whose CPU is counted, by part; none if they are not ours."""


class Running:
    """A stack that is up already: `--engine compose`. Its processes are not ours: no CPU figures, no outages."""

    backend = "http"

    def __init__(self) -> None:
        self.monolith_url = settings.MONOLITH_URL
        self.rabbitmq_url = settings.RABBITMQ_URL
        self.management_url = settings.RABBITMQ_MANAGEMENT_URL
        self.environment = dict(os.environ)
        self.trees: dict[str, Tree] = {}

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, *_: object) -> None:
        """Stays up."""


class Own:
    """A native stack in a temporary folder, gone afterwards. Raises StackBroken, or what its parts raise."""

    backend = "actions"

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="cogo-race-"))
        self._folder.chmod(0o711)  # as root, Postgres runs as another user
        self._database = Postgres(self._folder / "postgres")
        self.broker = RabbitMQ(self._folder / "rabbitmq")
        self.monolith_url = f"http://127.0.0.1:{free_port()}"
        self.rabbitmq_url, self.management_url = self.broker.url, self.broker.management_url
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self.environment = {
            **os.environ,
            "DEBUG": "1",
            "LOG_LEVEL": "WARNING",
            "PYTHONUNBUFFERED": "1",
            "DJANGO_SETTINGS_MODULE": "conference_go.settings",
            "RABBITMQ_URL": self.rabbitmq_url,
            "WEB_PORT": self.monolith_url.rsplit(":", 1)[1],
            "MONOLITH_URL": self.monolith_url,
        }

    def __enter__(self) -> "Own":
        try:
            broker = threading.Thread(target=self.broker.start)  # the slowest part, beside the others
            broker.start()
            self._database.start()
            self._database.create_databases()
            self.environment["DATABASE_URL"] = self._database.url("monolith")
            self.start_web()
            broker.join()
            self.start_relay()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for name in list(self._running):
            self._end(name)
        self.broker.kill()
        self.broker.stop()
        self._database.stop()
        rmtree(self._folder, ignore_errors=True)

    @property
    def trees(self) -> dict[str, Tree]:
        """The processes of each part."""
        pids = {name: process.pid for name, process in self._running.items()}
        if self._database.process:
            pids["database"] = self._database.process.pid
        if self.broker.process:
            pids["broker"] = self.broker.process.pid
        return {name: Tree(pid) for name, pid in pids.items()}

    def start_web(self) -> None:
        """Returns once the monolith answers."""
        self._start("web", "serve")
        self._wait("web", lambda: requests.get(f"{self.monolith_url}/api/health/", timeout=2).ok)

    def start_relay(self) -> None:
        """Returns once its process runs."""
        self._start("relay", "relay_outbox")

    def stop_producer(self) -> None:
        """The monolith's pages and its relay are away; its database is not."""
        self._end("web")
        self._end("relay")

    def start_producer(self) -> None:
        """Returns once it answers again."""
        self.start_relay()
        self.start_web()

    def stop_broker(self) -> None:
        """As by a power cut: what it has confirmed is on its disk."""
        self.broker.kill()

    def start_broker(self) -> None:
        """Returns once it takes connections."""
        self.broker.start()

    def hold_relay(self) -> None:
        """The relay does nothing until it is released: what polls cost is then not mixed with it."""
        self._running["relay"].send_signal(signal.SIGSTOP)

    def release_relay(self) -> None:
        """It goes on where it was; returns when it has sent all that came meanwhile."""
        self._running["relay"].send_signal(signal.SIGCONT)
        self.wait_for_relay()

    def wait_for_relay(self) -> None:
        """Returns when it has sent everything there is. Raises StackBroken."""
        with closing(psycopg2.connect(self.environment["DATABASE_URL"])) as database:
            database.autocommit = True
            rows = database.cursor()
            deadline = time.monotonic() + READY_WITHIN
            while rows.execute(WAITING) or rows.fetchone() != (0,):
                if time.monotonic() > deadline:
                    raise StackBroken("the relay does not catch up")
                time.sleep(0.1)

    def _start(self, name: str, command: str) -> None:
        with (self._folder / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(  # noqa: S603
                [sys.executable, "monolith/manage.py", command], cwd=settings.ROOT, env=self.environment,
                stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def _wait(self, name: str, is_ready: Callable[[], Any]) -> None:
        deadline = time.monotonic() + READY_WITHIN
        while True:
            with suppress(requests.RequestException):
                if is_ready():
                    return
            if self._running[name].poll() is not None or time.monotonic() > deadline:
                log = (self._folder / f"{name}.log").read_text(errors="replace")
                raise StackBroken(f"{name} is not ready:\n{log[-2000:]}")
            time.sleep(0.1)

    def _end(self, name: str) -> None:
        process = self._running.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # what was under way is what an outage loses
        process.wait()
