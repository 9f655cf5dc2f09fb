"""Each claim can be missed: on races made up so that it is known what must come out."""

import random
from dataclasses import replace

import pytest

from benchmarks.polls import Cost
from lab.race.bars import bars_of
from lab.race.entries import Entry
from lab.race.records import GONE, Change, Observation
from lab.race.results import Results
from lab.race.run import Run, SourceRun
from lab.race.wire import Traffic

ROUND_TRIP = 0.01


def run(*source_runs, rate=10, seconds=30, seed=1):
    """Changes at random. Each of `source_runs` is an entry, and a function from a change's time to when it is seen."""
    chance, now, changes = random.Random(seed), 0.0, []
    while (now := now + chance.expovariate(rate)) < seconds:
        changes.append(Change(now, 1 + len(changes), GONE if len(changes) % 20 == 0 else 1, "changed"))
    ran = [
        SourceRun(
            entry, [[Observation(seen(change.at), change.conference, change.revision) for change in changes]],
            0, Traffic(), 0, [ROUND_TRIP] if entry.is_poll else [],
        )
        for entry, seen in source_runs
    ]  # fmt: skip
    return Run(rate, 0.0, seconds, changes, ran, {})


def polled(every, late=0.0):
    return Entry("delta", every), lambda at: (at // every + 1) * every + ROUND_TRIP + late


def pushed(delay):
    return Entry("fanout"), lambda at: at + delay


def verdicts(*runs, burst=None, polls=()):
    return {bar.claim: bar.verdict for bar in bars_of(Results({}, {}, list(runs), burst, polls=dict(polls)))}


def test_polls_as_predicted_and_quick_push_hold():
    assert set(verdicts(run(polled(1.0), polled(2.0), pushed(0.049)), burst=run(pushed(0.249), rate=200)).values()) == {
        "held"
    }


def test_polls_that_are_later_than_their_round_trip_explains_miss_their_prediction():
    found = verdicts(run(polled(1.0, late=0.2), polled(2.0)))

    assert found["polls every 1 s: mean delay T/2 + r"] == "MISSED"
    assert found["polls every 1 s: staleness as by the formula"] == "MISSED"
    assert found["polls every 2 s: mean delay T/2 + r"] == "held"


def test_a_prediction_is_not_judged_by_a_few_changes():
    assert verdicts(run(polled(1.0), seconds=20))["polls every 1 s: mean delay T/2 + r"] == "not judged"


@pytest.mark.parametrize(("rate", "delay"), [(10, 0.051), (200, 0.251)])
def test_slow_push_misses_its_bar(rate, delay):
    found = verdicts(run(pushed(delay), rate=rate, seconds=10))

    assert found[f"push at {rate} changes/s, beside the polls: p95"] == "MISSED"


def test_a_change_that_never_arrives_is_a_miss():
    lossy = run(pushed(0.001))
    lossy.source_runs[0].observations[0].pop()

    assert verdicts(lossy)["changes and deletions that a lane never learned of"] == "MISSED"


@pytest.mark.parametrize(
    ("polls", "missed"),
    [
        ({"full": Cost(5000, 90, 10), "etag": Cost(1, 4, 1), "delta": Cost(100, 4, 1)}, 0),
        ({"full": Cost(5000, 90, 10), "etag": Cost(1, 5, 1), "delta": Cost(101, 5, 1)}, 3),
    ],
)
def test_one_poll_is_judged_by_its_share_of_a_full_one(polls, missed):
    found = verdicts(run(pushed(0.001)), polls=polls)

    assert list(found.values()).count("MISSED") == missed


def test_push_is_not_judged_at_a_rate_that_the_writer_did_not_reach():
    slow = replace(run(pushed(0.3), rate=100, seconds=10), rate=200)

    assert verdicts(slow)["push at 200 changes/s, beside the polls: p95"] == "not judged"
