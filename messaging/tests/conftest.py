"""A publisher and a consumer on a real broker, with a stop of their own."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from io import StringIO
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pika
import pytest
import requests
from django.core.management import call_command

from contracts.messages import PresentationApproved
from contracts.queues import PRESENTATION_APPROVALS
from contracts.topology import conference_go
from messaging import topology
from messaging.batch import Outcome
from messaging.consumer import Consumer
from messaging.database import alias
from messaging.message import Wire
from messaging.outbox.relay import Relay
from messaging.publisher import Publisher
from messaging.shutdown import Stop
from native.pytest_services import Broker


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests with a database may use that of the messages, whatever its alias is."""
    for mark in (mark for item in items for mark in item.iter_markers("django_db")):
        mark.kwargs["databases"] = [alias()]


def eventually(condition: Callable[[], object], seconds: float = 20) -> None:
    """Fail unless `condition` comes true; the limit only ends a test that would never end."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


def approval(number: int) -> PresentationApproved:
    return PresentationApproved(
        presentation_id=number,
        presenter_name="Ada",
        presenter_email=f"ada{number}@example.com",
        title="Notes",
    )


def cut_off(broker: Broker, name: str) -> None:
    """Have the broker close the connections of this name, as soon as its management plugin knows of one."""
    connections = f"{broker.management_url}/api/connections"
    login = ("guest", "guest")

    def named() -> list[str]:
        listed = requests.get(connections, auth=login, timeout=10).json()
        return [each["name"] for each in listed if each["client_properties"].get("connection_name") == name]

    eventually(named)
    for each in named():
        requests.delete(f"{connections}/{quote(each)}", auth=login, timeout=10)


@pytest.fixture
def retried_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What failed comes again after a second, where the wait is not under test. To be asked for before `publisher`."""
    monkeypatch.setattr(topology, "RETRY_DELAY_MS", 1000)


@pytest.fixture
def stop() -> Iterator[Stop]:
    stop = Stop()
    yield stop
    stop.set()


class PatientPublisher(Publisher):
    """Publishes, and waits for all that comes of it."""

    def publish(self, wires: Sequence[Wire]) -> dict[UUID, Outcome]:
        self.turn_until(lambda: self.is_open)
        batch = self.send(wires)
        self.turn_until(lambda: batch.is_settled)
        return {wire.id: batch.outcomes[place] for place, wire in enumerate(wires)}

    def turn_until(self, condition: Callable[[], object]) -> None:
        eventually(lambda: condition() or self.run_once(0.1))


@pytest.fixture
def publisher(broker_url: str) -> Iterator[PatientPublisher]:
    with PatientPublisher(broker_url, "test publisher", conference_go()) as publisher:
        publisher.turn_until(lambda: publisher.is_open)
        yield publisher


@pytest.fixture
def relay(broker_url: str, stop: Stop) -> Iterator[Relay]:
    relay = Relay(broker_url, "test relay", conference_go(), stop)
    with Publisher(broker_url, "test relay", conference_go()) as publisher:
        relay.begin(publisher)
        eventually(lambda: publisher.is_open or publisher.run_once(0.1))
        yield relay


def drain(relay: Relay) -> None:
    """Have it send all that it may send now."""
    relay.look()
    relay.run_once()
    while relay._in_flight or relay._next_look == 0:
        relay.run_once()


@pytest.fixture
def channel(broker_url: str) -> Iterator[pika.adapters.blocking_connection.BlockingChannel]:
    with pika.BlockingConnection(pika.URLParameters(broker_url)) as connection:
        channel = connection.channel()
        conference_go().declare_on(channel)
        yield channel


@pytest.fixture
def consume(broker_url: str, stop: Stop) -> Iterator[Callable[[Consumer], None]]:
    threads = []

    def start(consumer: Consumer) -> None:
        thread = threading.Thread(target=consumer.run, args=(broker_url, "test consumer", stop))
        thread.start()
        threads.append(thread)

    yield start
    stop.set()
    for thread in threads:
        thread.join()


@pytest.fixture
def dead_letters(settings: Any, broker_url: str) -> Callable[..., str]:
    """The command of the service that writes letters; what it prints."""
    settings.RABBITMQ_URL, settings.SERVICE_NAME = broker_url, PRESENTATION_APPROVALS.owner

    def command(*arguments: str) -> str:
        printed = StringIO()
        call_command("dead_letters", *arguments, stdout=printed)
        return printed.getvalue()

    return command
