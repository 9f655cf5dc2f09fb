"""How the poller is wished to poll, from the lab's pages."""

import pytest

from poller.wishes import Wishes


@pytest.fixture
def wishes():
    return Wishes("delta", 5.0)


def test_a_wish_holds_from_the_next_poll_on(wishes):
    wishes.hear({"poller": {"mode": "etag", "interval": 2}})

    assert (wishes.mode, wishes.interval) == ("etag", 2.0)


def test_nobody_waits_for_the_old_interval(wishes):
    wishes.hear({"poller": {"mode": "delta", "interval": 1}})

    wishes.wait(3600)  # returns


def test_without_a_wish_the_settings_hold_again(wishes):
    wishes.hear({"poller": {"mode": "full", "interval": 30}})

    wishes.hear({"poller": None})

    assert (wishes.mode, wishes.interval) == ("delta", 5.0)


@pytest.mark.parametrize(
    "nonsense",
    [
        {"mode": "often", "interval": 2}, {"mode": "full", "interval": 0}, {"mode": "full", "interval": 31},
        {"mode": "full", "interval": "2"}, {"mode": "full", "interval": True}, {"mode": ["full"], "interval": 2},
        {"mode": "full"}, {}, [], "full", 3,
    ],
)  # fmt: skip
def test_a_wish_that_makes_no_sense_changes_nothing(wishes, nonsense):
    wishes.hear({"poller": nonsense})

    assert (wishes.mode, wishes.interval) == ("delta", 5.0)
