"""What was measured, as a picture: a bar for each figure, those of one unit beside each other."""

from dataclasses import dataclass
from itertools import groupby

from lab.experiments.experiment import Bar

WIDTH, LEFT, RIGHT, ROW = 900, 250, 110, 34
LEAST = 2  # a bar of nothing is still seen


@dataclass(frozen=True)
class Row:
    """A bar where it is drawn."""

    label: str
    words: str
    y: int
    width: float

    @property
    def end(self) -> float:
        """Where the figure stands."""
        return LEFT + self.width + 8


@dataclass(frozen=True)
class Chart:
    """The bars of one unit."""

    unit: str
    rows: tuple[Row, ...]
    width: int = WIDTH
    left: int = LEFT

    @property
    def height(self) -> int:
        """Of the picture."""
        return ROW * len(self.rows) + 8

    @property
    def words(self) -> str:
        """The same for who does not see it."""
        return f"{self.unit}: " + ", ".join(f"{row.label} {row.words}" for row in self.rows)


def charts(bars: tuple[Bar, ...]) -> list[Chart]:
    """A chart for each unit, in the order in which they were measured."""
    return [_chart(unit, list(same)) for unit, same in groupby(bars, key=lambda bar: bar.unit)]


def figure(value: float) -> str:
    """As many digits as say something."""
    return f"{value:,.0f}".replace(",", " ") if value == int(value) or value >= 100 else f"{value:.1f}"


def _chart(unit: str, bars: list[Bar]) -> Chart:
    most = max(1e-9, *(bar.value for bar in bars)) if bars else 1
    room = WIDTH - LEFT - RIGHT
    rows = (
        Row(bar.label, figure(bar.value), 4 + place * ROW, max(LEAST, room * bar.value / most))
        for place, bar in enumerate(bars)
    )
    return Chart(unit, tuple(rows))
