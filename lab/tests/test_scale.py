"""How many workers there should be."""

import pytest

from lab.scale.scaling import Scaling


@pytest.fixture
def scaling():
    return Scaling(least=1, most=4, each=100, cool_down=60)


@pytest.mark.parametrize(("messages", "workers"), [(0, 1), (100, 1), (101, 2), (350, 4), (5000, 4)])
def test_there_are_as_many_as_there_is_work_for_within_bounds(scaling, messages, workers):
    assert scaling.wanted(messages, now=0) == workers


def test_more_come_at_once_and_fewer_when_fewer_were_enough_for_the_whole_cool_down(scaling):
    seen = [
        scaling.wanted(messages, now) for messages, now in [(50, 0), (350, 5), (150, 30), (0, 64), (0, 66), (0, 91)]
    ]

    assert seen == [1, 4, 4, 4, 2, 1]
