"""What happens to messages can be read off from outside."""

import urllib.request

import requests

from messaging import metrics
from messaging.consumer import Consumer
from messaging.messages import PresentationApproved
from messaging.tests.conftest import approval, eventually
from messaging.topology import PRESENTATION_APPROVALS
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
    publisher.submit([approval(n).wire() for n in range(1, 6)]).wait(30)

    def grew(name: str) -> float:
        return read(port).get(name, 0) - before.get(name, 0)

    eventually(lambda: grew('messaging_handled_total{outcome="done",queue="presentation_approvals"}') == 5)
    assert grew('messaging_published_total{outcome="confirmed"}') == 5
    assert read(port)['messaging_connected{use="consume"}'] == 1


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
