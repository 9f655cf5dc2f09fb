"""What happens to messages can be read off from outside."""

import time
import urllib.request

import requests
from prometheus_client import REGISTRY

from contracts.messages import PresentationApproved
from contracts.queues import PRESENTATION_APPROVALS
from messaging import metrics
from messaging.consumer import Consumer
from messaging.publisher import Publisher
from messaging.tests.conftest import approval, eventually
from messaging.tests.simulated_broker import Broker
from messaging.topology import Topology
from native.rabbitmq import free_port


def read(port: int) -> dict[str, float]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as page:
        lines = [line for line in page.read().decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_what_was_published_and_handled_is_counted(publisher, consume):
    port = free_port()
    metrics.serve(port)
    consumer = Consumer([PRESENTATION_APPROVALS])
    consumer.handles(PresentationApproved)(lambda message: None)
    before = read(port)

    consume(consumer)
    publisher.publish([approval(n).wire() for n in range(1, 6)])

    def grew(name: str) -> float:
        return read(port).get(name, 0) - before.get(name, 0)

    eventually(lambda: grew('messaging_handled_total{outcome="done",queue="workflow.presentation_approvals"}') == 5)
    assert grew('messaging_published_total{outcome="confirmed"}') == 5
    assert read(port)['messaging_connected{use="consume"}'] == 1


def test_the_seconds_for_which_the_broker_took_nothing_are_counted():
    connection = Broker().connect(Publisher("amqp://nowhere", "test", Topology()))
    before = value("messaging_blocked_seconds_total")

    connection.block()
    assert value("messaging_blocked") == 1
    time.sleep(0.05)
    connection.unblock()
    assert value("messaging_blocked") == 0
    connection.block()
    time.sleep(0.05)
    connection.lose()

    assert value("messaging_blocked") == 0
    assert value("messaging_blocked_seconds_total") - before >= 0.1


def test_each_outcome_at_the_broker_is_counted():
    publisher = Publisher("amqp://nowhere", "test", Topology())
    broker = Broker()
    connection = broker.connect(publisher)
    outcomes = ("confirmed", "returned", "refused", "unknown")
    before = [value("messaging_published_total", outcome=outcome) for outcome in outcomes]
    publisher.send([approval(n).wire() for n in range(1, 5)])

    connection.take()
    connection.answer(1, multiple=False, confirm=True)
    broker.is_bound = False
    connection.take()
    connection.answer(2, multiple=False, confirm=True)
    connection.take()
    connection.answer(3, multiple=False, confirm=False)
    connection.lose()

    after = [value("messaging_published_total", outcome=outcome) for outcome in outcomes]
    assert [now - then for now, then in zip(after, before, strict=True)] == [1, 1, 1, 1]


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_a_process_is_ready_while_it_is_connected(publisher, stop, consume):
    port = free_port()
    metrics.serve(port)

    def readiness() -> tuple[int, str]:
        answer = requests.get(f"http://127.0.0.1:{port}/ready", timeout=10)
        return answer.status_code, answer.text

    consumer = Consumer([PRESENTATION_APPROVALS])
    consume(consumer)
    eventually(lambda: readiness() == (200, "ready\n"))

    stop.set()
    eventually(lambda: readiness() == (503, "no connection to RabbitMQ\n"))
