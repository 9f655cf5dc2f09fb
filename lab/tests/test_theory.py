"""What is predicted, against hand-made values and against a simulation that knows no formula."""

import random

import pytest

from lab.race import theory
from lab.race.measures import Arrival, Delays, staleness, time_average
from lab.race.records import Change


@pytest.mark.parametrize(
    ("interval", "rate", "expected"),
    [
        (2.0, 1.0, 0.43233),  # 1 - 1 + (1 - 1/e²)/2
        (1.0, 1000.0, 0.499),  # many changes: nearly half the interval
        (1.0, 0.01, 0.00166),  # few changes: λT²/6
    ],
)
def test_staleness_without_a_round_trip_is_the_known_formula(interval, rate, expected):
    assert theory.mean_staleness(interval, rate) == pytest.approx(expected, rel=0.005)


def test_delays_and_requests_of_a_poll():
    assert theory.mean_delay(5, 0.02) == pytest.approx(2.52)
    assert theory.longest_delay(5, 0.02) == pytest.approx(5.02)
    assert theory.requests_per_minute(5, 25) == 300


@pytest.mark.parametrize("round_trip", [0.0, 0.3])
def test_simulated_pollers_have_the_predicted_delay_and_staleness(round_trip):
    interval, rate, end = 1.0, 3.0, 20_000.0
    chance = random.Random(1)
    arrived, now = [], 0.0
    while (now := now + chance.expovariate(rate)) < end:
        poll = (now // interval + 1) * interval
        arrived.append(Arrival(Change(now, 1, 1, "changed"), poll + round_trip, exact=True))

    mean = Delays.of([each.delay for each in arrived]).mean
    stale = time_average(staleness(arrived, 10.0, end))

    assert mean == pytest.approx(theory.mean_delay(interval, round_trip), rel=0.01)
    assert stale == pytest.approx(theory.mean_staleness(interval, rate, round_trip), rel=0.01)
