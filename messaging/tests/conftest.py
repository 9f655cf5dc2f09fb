"""A publisher and a consumer on a real broker, with a stop of their own."""

import threading
import time
from collections.abc import Callable, Iterator

import pika
import pytest

from messaging import topology
from messaging.consumer import Consumer
from messaging.messages import PresentationApproved
from messaging.publisher import Publisher
from messaging.shutdown import Stop


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


@pytest.fixture
def stop() -> Iterator[Stop]:
    stop = Stop()
    yield stop
    stop.set()


@pytest.fixture
def publisher(broker_url: str, stop: Stop) -> Iterator[Publisher]:
    publisher = Publisher(broker_url, "test publisher", stop)
    publisher.start()
    assert publisher.wait_open(30)
    yield publisher
    stop.set()
    publisher.close()


@pytest.fixture
def channel(broker_url: str) -> Iterator[pika.adapters.blocking_connection.BlockingChannel]:
    with pika.BlockingConnection(pika.URLParameters(broker_url)) as connection:
        channel = connection.channel()
        topology.declare(channel)
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
