"""What was measured: figures of several rounds, tables of them, and the bars that we set ourselves."""

from dataclasses import dataclass, field
from statistics import median


@dataclass
class Row:
    """One way to do the job: its figure of each round, and what it does not promise."""

    name: str
    figures: list[float]
    gives_up: str = ""
    is_limit: bool = False

    @property
    def median(self) -> float:
        """The middle of the rounds."""
        return median(self.figures)

    @property
    def spread(self) -> str:
        """Median (lowest-highest)."""
        if len(self.figures) == 1:
            return number(self.median)
        return f"{number(self.median)} ({number(min(self.figures))}-{number(max(self.figures))})"


@dataclass
class Bar:
    """What a figure must at least, or may at most, be."""

    name: str
    figure: float
    at_least: float | None = None
    at_most: float | None = None
    unit: str = "times"

    @property
    def is_held(self) -> bool:
        """Whether the figure is on the right side; on the line is as well."""
        return (self.at_least is None or self.figure >= self.at_least) and (
            self.at_most is None or self.figure <= self.at_most
        )

    @property
    def wanted(self) -> str:
        """In words."""
        sign, line = ("≥", self.at_least) if self.at_least is not None else ("≤", self.at_most)
        return f"{sign} {line:g} {self.unit}"


@dataclass
class Line:
    """How a figure goes with something else."""

    name: str
    xs: list[float]
    ys: list[float]


@dataclass
class Finding:
    """A table and what is drawn of it; `title` is what is measured, `unit` of each figure."""

    key: str
    title: str
    unit: str
    rows: list[Row]
    bars: list[Bar] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    axis: str = ""  # what the lines go along
    note: str = ""

    def row(self, name: str) -> Row:
        """The row of that name."""
        return next(row for row in self.rows if row.name == name)

    def ratio(self, one: str, other: str) -> float:
        """How many times the other's median that of the one is."""
        return self.row(one).median / self.row(other).median


def number(value: float) -> str:
    """Three digits' worth, thousands apart."""
    if value >= 100:
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.3g}"
