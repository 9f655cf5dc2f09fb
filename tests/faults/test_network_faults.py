"""The line between the relay and RabbitMQ fails in the middle of a message, or of its confirmation."""

import time
from collections.abc import Iterator

import pytest

from messaging.connection import HEARTBEAT
from messaging.outbox.relay import CONFIRM_TIMEOUT
from tests.faults.broker import USER
from tests.faults.patience import until
from tests.faults.proxy import Action, Proxy, confirm, published_body

CAME_AGAIN = r"came again"


@pytest.fixture
def proxy(stage) -> Iterator[Proxy]:
    """Between the relay and the broker."""
    made = Proxy(stage.broker.port)
    stage.relay.restart(RABBITMQ_URL=f"amqp://{USER}@127.0.0.1:{made.port}/{stage.vhost}")
    yield made
    stage.relay.end()
    made.stop()
    stage.relay.restart()


def came_again(stage, marks: list[int]) -> int:
    """Deliveries whose effect had been there already, since `marks`."""
    return sum(p.count(CAME_AGAIN, mark) for p, mark in zip(stage.processes, marks, strict=True))


@pytest.mark.quick
def test_a_confirm_that_is_lost_with_its_connection_doubles_nothing(stage, proxy):
    marks = [process.mark() for process in stage.processes]
    traps = [proxy.set_trap(confirm, Action.CUT, number=number) for number in (10, 25)]
    load = stage.load()
    stage.driver.wait(load)

    until(lambda: came_again(stage, marks), 10)
    again = came_again(stage, marks)
    proof = f"{sum(t.sprung for t in traps)} confirms cut off, {again} messages came again" if again else ""
    stage.settle("confirm lost with its connection", load, proof)


def test_a_confirm_that_never_comes_is_not_waited_for_for_ever(stage, proxy):
    marks = [process.mark() for process in stage.processes]
    trap = proxy.set_trap(confirm, Action.DROP)
    load = stage.load(decisions=3, changes=0, seconds=0.1)
    stage.driver.wait(load)

    # A later confirm may cover the dropped one, so that nothing is sent again: that is well, too.
    until(lambda: came_again(stage, marks), CONFIRM_TIMEOUT + 5)
    again = came_again(stage, marks)
    proof = f"{trap.sprung} confirms dropped, {again} messages came again" if trap.sprung else ""
    stage.settle("confirm lost, connection kept", load, proof)


@pytest.mark.quick
def test_a_publish_that_is_cut_half_way_is_neither_lost_nor_doubled(stage, proxy):
    traps = [proxy.set_trap(published_body, Action.CUT_HALF, number=number) for number in (20, 60, 150)]
    load = stage.load()
    stage.driver.wait(load)

    sprung = sum(trap.sprung for trap in traps)
    proof = f"{sprung} bodies cut half-way" if sprung == len(traps) else ""
    stage.settle("publish cut half-way", load, proof)


def test_a_connection_into_nowhere_is_noticed_by_its_heartbeat(stage, proxy):
    worker = stage.workers[0]
    worker.restart(RABBITMQ_URL=f"amqp://{USER}@127.0.0.1:{proxy.port}/{stage.vhost}")
    marks = {process: process.mark() for process in (stage.relay, worker)}
    log = len(stage.broker.log())
    load = stage.load()
    time.sleep(1)
    swallowed = proxy.swallow_everything()
    stage.driver.wait(load)

    def is_noticed() -> bool:
        """By both ends: what the worker had in hand is nobody else's before the broker has noticed, too."""
        by_the_broker = stage.broker.log()[log:].count("missed heartbeats from client")
        return by_the_broker >= swallowed and all(p.count("lost RabbitMQ", mark) for p, mark in marks.items())

    began = time.monotonic()
    noticed = until(is_noticed, 4 * HEARTBEAT)
    proof = f"{swallowed} connections swallowed, noticed after {time.monotonic() - began:.0f} s" if noticed else ""
    stage.settle("connections into nowhere", load, proof)
    worker.restart()
