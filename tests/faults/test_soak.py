"""Faults of every kind at random, under load, for a long time: `make soak`. Without that, for a short time.

SOAK_SECONDS, SOAK_DECISIONS and SOAK_CHANGES say how long and how much; FAULTS_SEED repeats a run.
"""

import os

import pytest

from tests.faults import results
from tests.faults.soak import FAULTS, Memory, hurt

SECONDS = float(os.environ.get("SOAK_SECONDS") or 15)
DECISIONS = int(os.environ.get("SOAK_DECISIONS") or 300)
CHANGES = int(os.environ.get("SOAK_CHANGES") or 300)
FLAT = 20.0  # MiB that a process may have more at its largest than when it was warm


@pytest.mark.quick
def test_random_faults_under_load_lose_nothing_double_nothing_and_leak_nothing(stage):
    with Memory(stage) as memory:
        load = stage.load(DECISIONS, CHANGES, SECONDS)
        done = hurt(stage, SECONDS)
        stage.driver.wait(load)
        doubts = sum(FAULTS[fault] * times for fault, times in done.items())
        proof = f"{done.total()} faults of {len(done)} kinds" if done else ""
        stage.settle(f"soak of {SECONDS:.0f} s", load, proof, cuts=doubts)

    kinds = [["fault", "times"], *[[fault.__name__.replace("_", " "), str(n)] for fault, n in done.most_common()]]
    results.notes += [results.aligned(kinds), memory.as_markdown()]
    assert {name: mib for name, mib in memory.growth().items() if mib > FLAT} == {}
