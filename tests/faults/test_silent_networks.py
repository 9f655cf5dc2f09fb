"""Lines to Postgres and RabbitMQ that fail without a word: to nobody's kernel a connection looks closed."""

import time
from collections.abc import Callable, Iterator

import pytest

from tests.faults.network import Machine
from tests.faults.patience import until
from tests.faults.processes import Process

NOTICED_WITHIN = 30
NOTICED = "waiting for the database|waits: database|lost RabbitMQ"


@pytest.fixture
def moved(stage, machine: Machine) -> Iterator[Callable[..., Process]]:
    """Moves processes of the stage to the other machine, for the time of a test."""
    there: list[Process] = []

    def move(*processes: Process) -> None:
        for process in processes:
            there.append(process)
            stage.move(process, machine)

    yield move
    machine.heal()
    for process in there:
        if process not in stage.extra:
            process.move([])


@pytest.mark.quick
def test_connections_that_a_firewall_forgot_are_noticed_and_made_anew(stage, machine, moved):
    moved(stage.relay, *stage.workers, stage.subscriber)
    load = stage.load(seconds=8)
    time.sleep(2)
    forgotten, marks = machine.forget_connections(), {p: p.mark() for p in (stage.relay, *stage.workers)}
    began = time.monotonic()
    noticed = until(lambda: all(p.count(NOTICED, mark) for p, mark in marks.items()), NOTICED_WITHIN)
    seconds = time.monotonic() - began
    stage.driver.wait(load)

    proof = f"{forgotten} connections passed nothing any more, noticed after {seconds:.0f} s" if noticed else ""
    stage.settle("connections that a firewall forgot", load, proof, cuts=2)
