"""What was measured: figures of several rounds, and tables of them."""

from dataclasses import dataclass, field
from statistics import median

from benchmarks.bars import Bar, Judgement, Verdict, judge


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

    @property
    def judgements(self) -> list[Judgement]:
        """Of each bar, what the rounds so far say."""
        return [judge(bar, {row.name: row.figures for row in self.rows}) for bar in self.bars]

    @property
    def is_undecided(self) -> bool:
        """Whether more rounds may decide about a bar."""
        return any(each.verdict is Verdict.UNDECIDED for each in self.judgements)


def number(value: float) -> str:
    """Three digits' worth, thousands apart."""
    if value >= 100:
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.3g}"
