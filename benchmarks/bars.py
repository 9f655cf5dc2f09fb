"""The bars that we set ourselves, and what the rounds say of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

Figures = Mapping[str, Sequence[float]]  # of each row, by round


class Verdict(StrEnum):
    """What the rounds say of a bar."""

    HELD = "held"
    MISSED = "missed"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Bar:
    """What a row's figure must be, at least or at most; or, with `by`, how many times that of another row.

    Where several rows are named, the one with the highest median stands for them.
    """

    name: str
    of: str | tuple[str, ...]
    by: str | tuple[str, ...] = ()
    at_least: float | None = None
    at_most: float | None = None
    unit: str = "times"
    scale: float = 1  # what a figure or a ratio is multiplied with, for the unit

    @property
    def wanted(self) -> str:
        """In words."""
        sign, line = ("≥", self.at_least) if self.at_least is not None else ("≤", self.at_most)
        return f"{sign} {line:g} {self.unit}"

    def holds(self, figure: float) -> bool:
        """Whether the figure is on the right side; on the line is as well."""
        return (self.at_least is None or figure >= self.at_least) and (self.at_most is None or figure <= self.at_most)


@dataclass(frozen=True)
class Judgement:
    """What the rounds say of a bar: their median, and the interval that decides."""

    bar: Bar
    figure: float
    low: float
    high: float

    @property
    def verdict(self) -> Verdict:
        """Held or missed if the whole interval is on one side."""
        sides = {self.bar.holds(self.low), self.bar.holds(self.high)}
        return Verdict.UNDECIDED if len(sides) == 2 else Verdict.HELD if True in sides else Verdict.MISSED


def judge(bar: Bar, rows: Figures) -> Judgement:
    """What the rounds say of it: each round is compared with the same round of the other row."""
    ours = _best(bar.of, rows)
    theirs = _best(bar.by, rows) if bar.by else [1.0] * len(ours)
    figures = [bar.scale * one / other for one, other in zip(ours, theirs, strict=True)]
    return Judgement(bar, median(figures), *interval(figures))


def interval(figures: Sequence[float]) -> tuple[float, float]:
    """Where the median of all possible rounds lies, in three of four cases at least: from the lowest to the highest
    of three rounds, from the second of six, from the third of nine."""
    left_out = max(1, len(figures) // 3) - 1
    ordered = sorted(figures)
    return ordered[left_out], ordered[-1 - left_out]


def _best(names: str | tuple[str, ...], rows: Figures) -> Sequence[float]:
    return max((rows[name] for name in ([names] if isinstance(names, str) else names)), key=median)
