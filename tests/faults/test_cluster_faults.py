"""Three nodes: one may go at any time; of two that go, nothing is lost either."""

import random
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.faults.cluster import Cluster
from tests.faults.conftest import SEED
from tests.faults.patience import until
from tests.faults.stage import Stage

pytestmark = pytest.mark.cluster
APPROVALS = "workflow.presentation_approvals"


@pytest.fixture(scope="module")
def cluster(folder) -> Iterator[Cluster]:
    made = Cluster(folder / "cluster")
    made.start()
    yield made
    made.stop()


@pytest.fixture
def clustered(cluster, fault_database, folder) -> Iterator[Stage]:
    """The application on the cluster, for one test."""
    logs = folder / f"stage-{time.monotonic_ns()}"
    logs.mkdir()
    stage = Stage(cluster, fault_database, logs, SEED)
    yield stage
    with suppress(ProcessLookupError):
        stage.end()


def test_the_leader_of_a_queue_may_die_three_times(clustered, cluster):
    load = clustered.load(decisions=400, changes=400, seconds=40)
    killed = []
    for _ in range(3):
        time.sleep(3)
        leader = cluster.leader(clustered.vhost, APPROVALS)
        killed.append(leader.name)
        leader.kill()
        time.sleep(5)
        leader.start()
    clustered.driver.wait(load)

    proof = f"{len(killed)} leaders killed, on {len(set(killed))} nodes" if len(set(killed)) > 1 else ""
    clustered.settle("cluster: leader killed, three times", load, proof)


def test_without_a_majority_nothing_goes_out_and_nothing_is_lost(clustered, cluster):
    load = clustered.load(decisions=300, changes=300, seconds=30)
    cluster.nodes[0].kill()
    time.sleep(10)
    letters = len(clustered.mail.script.letters)  # one of three away is no reason to wait
    cluster.nodes[1].kill()
    clustered.driver.wait(load)
    waiting = clustered.checker.look(load.presentations, load.ok).pending
    for node in cluster.nodes[:2]:
        node.start()

    assert load.slowest_percent() < 1000, "a decision waited for the broker"
    proof = f"{letters} letters with two nodes of three; with one, {waiting} messages waited in the outbox"
    proof = proof if letters and waiting else ""
    clustered.settle("cluster: one node killed, then another", load, proof)


def test_one_node_after_the_other_may_be_restarted(clustered, cluster):
    load = clustered.load(decisions=400, changes=400, seconds=40)
    for node in cluster.nodes:
        assert until(node.is_expendable, 60), "some queue would lose its majority"
        node.control("stop_app")
        assert not any(other.is_expendable() for other in cluster.nodes if other is not node), "the check never warns"
        node.control("start_app")
    clustered.driver.wait(load)

    stopped = sum(node.log().count("Successfully stopped RabbitMQ") for node in cluster.nodes)
    proof = f"{stopped} stops in the logs, each when no queue needed that node" if stopped else ""
    clustered.settle("cluster: rolling restart", load, proof)


def test_a_node_that_is_parted_from_the_others_loses_nothing(clustered, cluster):
    chance = random.Random(clustered.seed)
    load = clustered.load(decisions=400, changes=400, seconds=40)
    paused = 0
    for _ in range(2):
        alone = chance.choice(cluster.nodes)
        mark = len(alone.log())
        cluster.cut_off(alone)
        time.sleep(chance.uniform(8, 12))
        paused += "Cluster minority" in alone.log()[mark:]
        cluster.join_again(alone)
        assert until(cluster.is_whole, 60)
    clustered.driver.wait(load)

    clustered.settle("cluster: partition, twice", load, f"{paused} nodes alone" if paused == 2 else "")
