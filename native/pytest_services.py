"""A pytest plugin: a real Postgres for Django's tests, and a real RabbitMQ for whoever asks for it.

Both are private, started when first needed and stopped at the end. Where TEST_DATABASE_URL and
TEST_RABBITMQ_URL name running ones (`python -m native exec -- …` does that), those are used instead.
"""

import atexit
import os
import shutil
import signal
import sys
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from native.postgres import Postgres
from native.rabbitmq import ForTests, RabbitMQ

os.environ.setdefault("DEBUG", "1")

OF_RABBITMQ_3 = 128 * 1024 * 1024  # bytes; later ones take less


@dataclass(frozen=True)
class Broker:
    """A running RabbitMQ; `node` is there when it is ours to stop and start. It refuses what is larger than `largest`
    bytes."""

    url: str
    management_url: str
    largest: int
    node: RabbitMQ | None = None

    def create_vhost(self) -> str:
        """The URL of a fresh virtual host: exchanges and queues of nobody else."""
        name = f"test-{uuid.uuid4().hex}"
        self._call("PUT", f"vhosts/{name}")
        self._call("PUT", f"permissions/{name}/guest", configure=".*", write=".*", read=".*")
        return urlsplit(self.url)._replace(path=f"/{name}").geturl()

    def delete_vhost(self, url: str) -> None:
        """Delete it with all that is in it."""
        self._call("DELETE", f"vhosts{urlsplit(url).path}")

    def _call(self, method: str, path: str, **body: str) -> None:
        answer = requests.request(
            method, f"{self.management_url}/api/{path}", json=body or None, auth=("guest", "guest"), timeout=30
        )
        answer.raise_for_status()


@pytest.fixture(scope="session")
def broker() -> Iterator[Broker]:
    """A RabbitMQ for this run."""
    if "TEST_RABBITMQ_URL" in os.environ:
        largest = int(os.environ.get("LARGEST_MESSAGE", OF_RABBITMQ_3))
        yield Broker(os.environ["TEST_RABBITMQ_URL"], os.environ["TEST_RABBITMQ_MANAGEMENT_URL"], largest)
        return
    folder = Path(tempfile.mkdtemp(prefix="cogo-rabbitmq-"))
    node = ForTests(folder)
    try:
        node.start()
        yield Broker(node.url, node.management_url, node.LARGEST, node)
    finally:
        node.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def broker_url(broker: Broker) -> Iterator[str]:
    """The AMQP URL of a virtual host of this test's own."""
    url = broker.create_vhost()
    yield url
    broker.delete_vhost(url)


def _own_postgres() -> str:
    folder = Path(tempfile.mkdtemp(prefix="cogo-postgres-"))
    postgres = Postgres(folder)
    postgres.start()

    def stop() -> None:
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))  # so that atexit gets its turn
    return postgres.url("postgres", "postgres")


@pytest.hookimpl(wrapper=True)  # wrappers come first: before pytest-django reads the settings
def pytest_load_initial_conftests() -> Iterator[None]:
    """Set DATABASE_URL. The database named there is made by Django."""
    server = urlsplit(os.environ.get("TEST_DATABASE_URL") or _own_postgres())
    os.environ["DATABASE_URL"] = server._replace(path=f"/pytest_{os.getpid()}").geturl()
    return (yield)
