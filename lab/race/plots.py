"""The race in pictures. Each function draws one, and gives the figure back."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from lab.race import palette, theory
from lab.race.measures import staleness
from lab.race.run import Run
from lab.race.statistics import Statistics, arrivals_of, statistics_of
from lab.race.table import milliseconds

SHOWN = 20.0  # seconds of staleness: more would be a solid block


def staleness_over_time(run: Run) -> Figure:
    """One consumer of each source; the grey line is the predicted average."""
    figure = Figure(figsize=(9, 0.8 * len(run.source_runs) + 1))
    axes = figure.subplots(len(run.source_runs), 1, sharex=True, squeeze=False)
    end = min(run.ended, run.began + SHOWN)
    for source_run, (axis,) in zip(run.source_runs, axes, strict=True):
        average = statistics_of(run, source_run).staleness
        if average.predicted is not None:
            axis.axhline(average.predicted, **palette.PREDICTION)
        corners = staleness(arrivals_of(run, source_run)[0], run.began, end)
        line = {**palette.style(source_run.entry), "linestyle": "-", "linewidth": 1}
        axis.plot([time - run.began for time, _ in corners], [age for _, age in corners], **line)
        axis.set_ylim(bottom=0)
        axis.set_xlim(0, end - run.began)
        axis.set_title(
            _averages(source_run.entry.name, average.measured, average.predicted), loc="left", fontsize=9, pad=3
        )
        axis.spines[["top", "right"]].set_visible(False)
    figure.supxlabel("seconds since the writer began", fontsize=10)
    figure.supylabel("age of the oldest change not yet applied, s", fontsize=10)
    return figure


def delay_distribution(run: Run) -> Figure:
    """The share of changes that had arrived after so long; broad and grey, what is predicted for each interval."""
    figure = Figure(figsize=(9, 5))
    axis = figure.subplots()
    for source_run in run.source_runs:
        delays = [
            each.delay for consumer in arrivals_of(run, source_run) for each in consumer if each.delay is not None
        ]
        if delays:
            axis.ecdf([1000 * max(delay, 1e-5) for delay in delays], **palette.style(source_run.entry))
    for interval, round_trip in sorted(_round_trips(run).items()):
        waits = [interval * step / 100 for step in range(101)]
        line = axis.plot(
            [1000 * (wait + round_trip) for wait in waits], [wait / interval for wait in waits], **palette.PREDICTION
        )
    if _round_trips(run):
        line[0].set_label("predicted")
    palette.of_time(axis, "x")
    axis.yaxis.set_major_formatter(PercentFormatter(1))
    axis.set(xlabel="delay from change to copy", ylabel="of all changes have arrived")
    axis.grid(alpha=0.3, which="both")
    axis.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False, handlelength=3)
    return figure


def exchanges_and_delay(rows: Sequence[Statistics]) -> Figure:
    """All sources: how often something crosses the network, and how late its worst news is."""
    figure = Figure(figsize=(9, 6))
    axis = figure.subplots()
    shown = [row for row in rows if row.delays.p95 and row.per_minute.measured]
    _predicted_trade(axis, [row for row in shown if row.entry.is_poll])
    for row in shown:
        entry, point = row.entry, (row.per_minute.measured, 1000 * row.delays.p95)
        mark, size = palette.MARKS[entry.way]
        axis.scatter(
            *point, s=size, marker=mark, facecolors="none", edgecolors=palette.WAYS[entry.way], label=entry.way
        )
        if entry.way in ("full", "fanout"):
            text = f"{entry.interval:g} s" if entry.is_poll else f"{entry.consumers} told"
            axis.annotate(text, point, fontsize=8, xytext=(11, 5), textcoords="offset points")
    handles, names = axis.get_legend_handles_labels()
    axis.legend(handles=list(dict(zip(names, handles, strict=True)).values()), loc="lower left")
    palette.of_time(axis, "y")
    axis.set(xscale="log", xlabel="requests or messages a minute, all consumers of a lane", ylabel="p95 of the delay")
    axis.margins(0.12)
    axis.grid(alpha=0.3, which="both")
    return figure


def _predicted_trade(axis: Axes, polls: Sequence[Statistics]) -> None:
    """Where arithmetic puts pollers: twice the requests, half the delay."""
    intervals = [row.entry.interval for row in polls]
    for consumers in sorted({row.entry.consumers for row in polls}):
        ends = [min(intervals) * 0.8, max(intervals) * 1.25]
        requests = [theory.requests_per_minute(every, consumers) for every in ends]
        axis.plot(requests, [950 * every for every in ends], **{**palette.PREDICTION, "linewidth": 2})
        text = "1 poller" if consumers == 1 else f"{consumers} pollers"
        axis.annotate(
            text, (requests[1], 950 * ends[1]), fontsize=8, color="0.4", xytext=(0, 3), textcoords="offset points",
            ha="center",
        )  # fmt: skip


def _round_trips(run: Run) -> dict[float, float]:
    """The mean of all polls of each interval."""
    by_interval: dict[float, list[float]] = {}
    for source_run in run.source_runs:
        if source_run.round_trips:
            by_interval.setdefault(source_run.entry.interval, []).extend(source_run.round_trips)
    return {interval: sum(seconds) / len(seconds) for interval, seconds in by_interval.items()}


def _averages(name: str, measured: float | None, predicted: float | None) -> str:
    if measured is None:
        return name
    said = f"{name}: {milliseconds(measured)} ms old on average"
    return said if predicted is None else f"{said}, {milliseconds(predicted)} predicted"
