"""A bar is a line that a figure is on the right side of, or not."""

import pytest

from benchmarks.findings import Bar, Finding, Row, number
from benchmarks.scenarios.latency import percentiles


@pytest.mark.parametrize(
    ("bar", "is_held", "wanted"),
    [
        (Bar("fast", 9.0, at_least=9), True, "≥ 9 times"),
        (Bar("fast", 8.99, at_least=9), False, "≥ 9 times"),
        (Bar("cheap", 2.0, at_most=2, unit="%"), True, "≤ 2 %"),
        (Bar("cheap", 2.01, at_most=2, unit="%"), False, "≤ 2 %"),
    ],
)
def test_on_the_line_is_held(bar, is_held, wanted):
    assert (bar.is_held, bar.wanted) == (is_held, wanted)


def test_ratios_are_of_medians():
    found = Finding("k", "Title", "1/s", [Row("ours", [10.0, 100.0, 30.0]), Row("theirs", [5.0, 1.0, 60.0])])

    assert found.ratio("ours", "theirs") == 6
    assert found.row("ours").spread == "30 (10-100)"


def test_numbers_have_three_digits_and_thousands_apart():
    assert [number(each) for each in (12345.6, 100, 99.95, 1.2345, 0.01234)] == [
        "12 346", "100", "100", "1.23", "0.0123",
    ]  # fmt: skip


def test_percentiles_lie_between_the_samples():
    assert percentiles([float(n) for n in range(101)]) == {"p50": 50, "p95": 95, "p99": 99, "max": 100}
