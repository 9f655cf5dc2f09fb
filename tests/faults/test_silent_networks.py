"""Lines to Postgres and RabbitMQ that fail without a word: to nobody's kernel a connection looks closed."""

import time

import pytest

from tests.faults.patience import until

NOTICED_WITHIN = 30
NOTICED = "waiting for the database|waits: database|lost RabbitMQ"


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
