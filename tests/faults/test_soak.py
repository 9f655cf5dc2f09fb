"""Faults of every kind at random, under load, for a long time: `make soak`. Without that, for a short time.

SOAK_SECONDS, SOAK_DECISIONS and SOAK_CHANGES say how long and how much; FAULTS_SEED repeats a run. Letters in doubt are
held (EMAIL_AMBIGUOUS=hold), and at the end an operator settles them: so nothing at all is doubled.
"""

import os

import pytest

from tests.faults import held, results
from tests.faults.checker import DRAINED_WITHIN
from tests.faults.soak import FAULTS, Memory, hurt

SECONDS = float(os.environ.get("SOAK_SECONDS") or 15)
DECISIONS = int(os.environ.get("SOAK_DECISIONS") or 300)
CHANGES = int(os.environ.get("SOAK_CHANGES") or 300)
FLAT = 20.0  # MiB that a process may have more at its largest than when it was warm


def policy(stage, name: str) -> None:
    """What workers do from now on about letters in doubt."""
    for worker in stage.workers:
        worker.configure(EMAIL_AMBIGUOUS=name)
        worker.restart()


@pytest.mark.quick
def test_random_faults_under_load_lose_nothing_double_nothing_and_leak_nothing(stage):
    policy(stage, "hold")
    with Memory(stage) as memory:
        load = stage.load(DECISIONS, CHANGES, SECONDS)
        done = hurt(stage, SECONDS)
        stage.driver.wait(load)
        seconds = stage.drain(load)
        verdict = stage.checker.look(load.presentations, load.ok)
        arrived, missing = held.settle(stage, verdict.held)
        doubts = sum(FAULTS[fault] * times for fault, times in done.items())
        found = f"{len(arrived)} letters in doubt had arrived, {len(missing)} had not"
        proof = f"{done.total()} faults of {len(done)} kinds, drained after {seconds:.1f} s; {found}" if done else ""
        result = stage.settle(f"soak of {SECONDS:.0f} s", load, proof, cuts=doubts)
    policy(stage, "resend")

    assert verdict.held == set(verdict.ambiguous), "held are exactly those in doubt"
    assert result.doubled == 0
    assert seconds <= DRAINED_WITHIN[1]
    kinds = [["fault", "times"], *[[fault.__name__.replace("_", " "), str(n)] for fault, n in done.most_common()]]
    results.notes += [results.aligned(kinds), memory.as_markdown()]
    assert {name: mib for name, mib in memory.growth().items() if mib > FLAT} == {}
