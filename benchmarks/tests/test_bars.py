"""A bar is a line that the rounds are on the right side of, on the wrong one, or on both."""

import itertools

import pytest

from benchmarks.bars import Bar, Verdict, interval, judge
from benchmarks.findings import Finding, Row, number
from benchmarks.plan import Plan
from benchmarks.rounds import Contender, take_turns
from benchmarks.scenarios.latency import percentiles

FAST = Bar("fast", "ours", at_least=9)
CHEAP = Bar("cheap", "ours", at_most=2, unit="%")
PLAN = Plan("test", 3, 9, 2, 0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("bar", "figures", "verdict"),
    [
        (FAST, [9.0, 9.5, 12.0], Verdict.HELD),
        (FAST, [8.0, 8.5, 8.99], Verdict.MISSED),
        (FAST, [8.99, 9.5, 12.0], Verdict.UNDECIDED),
        (CHEAP, [1.0, 1.5, 2.0], Verdict.HELD),
        (CHEAP, [2.01, 2.5, 3.0], Verdict.MISSED),
        (CHEAP, [1.0, 1.5, 2.01], Verdict.UNDECIDED),
    ],
)
def test_a_bar_is_held_or_missed_where_all_rounds_are_on_one_side_of_it(bar, figures, verdict):
    assert judge(bar, {"ours": figures}).verdict is verdict


def test_the_more_rounds_there_are_the_fewer_can_leave_it_open():
    assert interval([5]) == (5, 5)
    assert interval([3, 1, 2]) == (1, 3)
    assert interval([6, 5, 4, 3, 2, 1]) == (2, 5)
    assert interval(list(range(1, 10))) == (3, 7)


def test_rounds_are_compared_with_the_same_rounds_of_the_best_other():
    rows = {"ours": [20.0, 40.0, 90.0], "slow": [1.0, 1.0, 1.0], "quick": [10.0, 10.0, 30.0]}

    judged = judge(Bar("ours ÷ the best", "ours", ("slow", "quick"), at_least=200, unit="%", scale=100), rows)

    assert (judged.figure, judged.low, judged.high) == (300, 200, 400)
    assert (judged.bar.wanted, judged.verdict) == ("≥ 200 %", Verdict.HELD)


@pytest.mark.parametrize(
    ("figures", "rounds", "verdict"),
    [
        ([10, 10, 10], 3, Verdict.HELD),
        ([8, 8, 8], 3, Verdict.MISSED),
        ([8, 10, 10, 10, 10, 10], 6, Verdict.HELD),
        ([10, 8, 10, 8, 10, 8, 10, 8, 10], 9, Verdict.UNDECIDED),
    ],
)
def test_as_long_as_a_bar_is_undecided_there_are_more_rounds_up_to_a_limit(figures, rounds, verdict):
    each = itertools.cycle(map(float, figures))
    contender = Contender("ours", lambda _ground: next(each))

    found = take_turns([contender], Finding("k", "Title", "1/s", [], [FAST]), None, PLAN, lambda _: None)

    assert len(found.row("ours").figures) == rounds
    assert [judged.verdict for judged in found.judgements] == [verdict]


def test_without_a_bar_there_are_fewer_rounds():
    found = take_turns([Contender("ours", lambda _: 1.0)], Finding("k", "T", "1/s", []), None, PLAN, lambda _: None)

    assert found.row("ours").figures == [1, 1]


def test_a_row_says_how_its_rounds_are_spread():
    assert Row("ours", [10.0, 100.0, 30.0]).spread == "30 (10-100)"


def test_numbers_have_three_digits_and_thousands_apart():
    assert [number(each) for each in (12345.6, 100, 99.95, 1.2345, 0.01234)] == [
        "12 346", "100", "100", "1.23", "0.0123",
    ]  # fmt: skip


def test_percentiles_lie_between_the_samples():
    assert percentiles([float(n) for n in range(101)]) == {"p50": 50, "p95": 95, "p99": 99, "max": 100}
