"""Which pictures a run leaves, under which file names, and what they show."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from lab.race import cost_plots, headline, plots
from lab.race.growth import Point
from lab.race.results import Results


@dataclass(frozen=True)
class Picture:
    """A figure with its caption."""

    name: str  # of the file, without its ending
    caption: str
    figure: Figure


def of_race(found: Results) -> list[Picture]:
    """As far as there is something to show."""
    first, crowds = found.runs[0], [row for run in found.runs for row in found.statistics(run)]
    drawn = [
        Picture("headline", "How late a change arrives, on average", headline.picture(found)),
        Picture(
            "staleness",
            "Staleness over time: the age of the oldest change that a consumer does not have yet",
            plots.staleness_over_time(first),
        ),
        Picture("delays", f"Delays at {first.rate:g} changes a second", plots.delay_distribution(first)),
        Picture(
            "trade", "Exchanges a minute against the p95 of the delay, all lanes", plots.exchanges_and_delay(crowds)
        ),
    ]
    if found.burst:
        rate = found.burst.rate
        drawn.append(Picture("burst", f"Delays at {rate:g} changes a second", plots.delay_distribution(found.burst)))
    if found.bills:
        drawn.append(Picture("costs", "What each lane costs, running alone", cost_plots.costs(found.bills)))
    return drawn


def of_growth(points: Sequence[Point]) -> list[Picture]:
    """One, of many small ones."""
    return [Picture("growth", "Each lane alone, as one thing grows and the others stay", cost_plots.growth(points))]
