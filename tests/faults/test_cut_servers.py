"""The machine of a server vanishes: of one of three nodes of RabbitMQ, or of the Postgres that has a standby.

With test_cut_nodes.py, these are the rows of docs/explanation/faults-nodes.md.
"""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

import pytest

from tests.faults.broker import Node
from tests.faults.conftest import SEED
from tests.faults.container import chosen_node
from tests.faults.elsewhere import ClusterElsewhere, Pair
from tests.faults.network import Machine, Network, why_not
from tests.faults.patience import until
from tests.faults.stage import Stage
from tests.faults.taking_over import seconds_until, taken_over

APPROVALS = "workflow.presentation_approvals"
DECIDED = "SELECT count(*) FROM presentations_presentation WHERE status <> 'SUBMITTED'"


@pytest.fixture
def machines(network: Network | None) -> Iterator[Callable[[int], list[Machine]]]:
    """So many other machines; they are whole again afterwards."""
    if network is None:
        pytest.skip(f"no machine can be cut off here: {why_not()}")
    made: list[Machine] = []

    def make(number: int) -> list[Machine]:
        made.extend(network.machine() for _ in range(number))
        return made

    yield make
    for machine in made:
        machine.heal()


def fresh(folder: Path, name: str) -> Path:
    made = folder / f"{name}-{time.monotonic_ns()}"
    made.mkdir()
    return made


@pytest.fixture
def brokers(machines, folder) -> Iterator[ClusterElsewhere]:
    """Three nodes on three machines."""
    if type(chosen_node(folder)) is not Node:
        pytest.skip("only the RabbitMQ that is installed here can be put on another machine")
    made = ClusterElsewhere(folder, machines(3))
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture
def databases(machines, fault_database) -> Iterator[Pair]:
    """A primary and a standby on two machines."""
    place = Path(tempfile.mkdtemp(prefix="cogo-faults-pair-"))
    made = Pair(place, machines(2))
    try:
        made.start(fault_database)
        yield made
    finally:
        made.stop()
        shutil.rmtree(place, ignore_errors=True)


def test_one_of_three_brokers_machines_may_vanish(brokers, fault_database, folder):
    class Clustered(Stage):
        settings: ClassVar = {**Stage.settings, **brokers.environment}

    stage = Clustered(brokers, fault_database, fresh(folder, "stage"), SEED)
    try:
        load = stage.load(decisions=200, changes=100, seconds=6)
        time.sleep(2)
        leader = brokers.leader(stage.vhost, APPROVALS)
        machine = brokers.lose(leader)
        cut = time.monotonic()
        decided = stage.checker.look(load.presentations, []).committed
        seconds = seconds_until(
            lambda: decided <= {letter.message_id for letter in stage.mail.script.letters}, since=cut
        )
        stage.driver.wait(load)
        stage.drain(load)
        leader.kill()  # somebody starts that machine anew
        machine.heal()
        leader.start()
        back = until(brokers.is_whole, 90)

        stage.settle("cut: the machine of a node of RabbitMQ", load, taken_over(seconds) if back else "", cuts=2)
    finally:
        with suppress(ProcessLookupError):
            stage.end()


def test_the_databases_machine_may_vanish(databases, fault_broker, folder):
    stage = Stage(fault_broker, databases, fresh(folder, "stage"), SEED)
    name = f"monolith_{stage.vhost}"
    try:
        load = stage.load(decisions=300, changes=100, seconds=30)
        time.sleep(3)
        databases.primary.machine.cut()
        cut = time.monotonic()
        time.sleep(3)  # somebody has to find out, and to decide
        databases.promote()
        [(decided,)] = databases.ask(name, DECIDED)
        seconds = seconds_until(lambda: databases.ask(name, DECIDED)[0][0] > decided, since=cut)
        stage.driver.wait(load)

        happened = taken_over(seconds, f", promoted after 3 s, {load.unknown} attempts without an answer")
        stage.settle("cut: the database's machine", load, happened, cuts=2)
    finally:
        with suppress(ProcessLookupError):
            stage.end()
