"""Up to 50 messages a second are all seen; of more, a sample."""

import pytest

from lab.feed import sampling
from lab.feed.sampling import BURST, FIRST, LATE, LONGEST, REST, TRACES, Sample


class Clock:
    """A monotonic clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(sampling, "time", clock)
    return clock


def taken(sample, clock, a_second: float, seconds: float) -> int:
    """How many of so many traces a second are looked at."""
    found = 0
    for _ in range(round(a_second * seconds)):
        clock.now += 1 / a_second
        sample.go_on()
        found += sample.take()
    return found


def test_what_can_be_shown_is_all_seen(clock):
    sample = Sample()

    assert taken(sample, clock, TRACES, seconds=60) == 60 * TRACES
    assert sample.is_all


def test_a_hundred_approvals_at_once_are_seen_whole(clock):
    sample = Sample()

    assert taken(sample, clock, 100_000, seconds=BURST / 100_000) == BURST
    assert sample.is_all


def test_of_more_a_sample_is_seen_every_few_seconds(clock):
    sample = Sample()
    taken(sample, clock, 1000, seconds=1)
    assert sample.rests

    seen = taken(sample, clock, 1000, seconds=100)

    assert not sample.is_all
    assert 100 / LONGEST * FIRST < seen < 100 / REST * 2 * FIRST


def test_the_more_came_too_late_the_longer_it_rests(clock):
    sample = Sample()
    taken(sample, clock, 1000, seconds=1)
    sample.left_out(5 * LATE)

    clock.now += REST + 4
    sample.go_on()
    assert sample.rests

    clock.now += LONGEST - REST - 4 + 0.1
    sample.go_on()
    assert not sample.rests


def test_when_few_come_again_all_are_seen_again(clock):
    sample = Sample()
    taken(sample, clock, 1000, seconds=1)
    clock.now += LONGEST
    sample.go_on()
    assert not sample.is_all

    assert taken(sample, clock, 50, seconds=10) == 500
    assert sample.is_all
