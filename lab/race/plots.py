"""The race in pictures. Each function draws one, and gives the figure back."""

from collections.abc import Callable, Sequence

from matplotlib.figure import Figure

from lab.race.bills import PARTS, Bill
from lab.race.entries import Entry
from lab.race.figures import Figures, arrivals_of
from lab.race.growth import Point
from lab.race.growth import axis as growing
from lab.race.heat import Heat
from lab.race.measures import staleness

COLOURS = {"full": "#b2182b", "etag": "#e08214", "delta": "#2166ac", "fanout": "#1b7837", "durable": "#762a83"}
MARKS = {"full": ("o", 200), "etag": ("s", 90), "delta": ("^", 30), "fanout": ("*", 120)}  # one inside the other
LINES = {0.0: "-", 1.0: "-", 2.0: "--", 5.0: ":"}
SHOWN = 20.0  # seconds of staleness: more would be a solid block


def _style(entry: Entry) -> dict[str, str]:
    return {"color": COLOURS[entry.way], "linestyle": LINES.get(entry.interval, "-."), "label": entry.name}


def staleness_over_time(heat: Heat) -> Figure:
    """One consumer of each way and interval."""
    rows = [run for run in heat.runs if run.entry.consumers == min(each.entry.consumers for each in heat.runs)]
    figure = Figure(figsize=(9, 0.9 * len(rows) + 1))
    axes = figure.subplots(len(rows), 1, sharex=True, squeeze=False)
    end = min(heat.ended, heat.began + SHOWN)
    for run, (axis,) in zip(rows, axes, strict=True):
        corners = staleness(arrivals_of(heat, run)[0], heat.began, end)
        axis.plot([time - heat.began for time, _ in corners], [age for _, age in corners], **_style(run.entry))
        axis.set_ylim(bottom=0)
        axis.set_title(run.entry.name, loc="left", fontsize=8, pad=2)
    figure.supxlabel("seconds since the writer began")
    figure.supylabel("age of the oldest change not yet applied, s")
    return figure


def delay_distribution(heat: Heat) -> Figure:
    """The share of changes that had arrived after so long."""
    figure = Figure(figsize=(9, 5))
    axis = figure.subplots()
    for run in heat.runs:
        delays = [each.delay for consumer in arrivals_of(heat, run) for each in consumer if each.delay is not None]
        if delays:
            axis.ecdf([1000 * max(delay, 1e-5) for delay in delays], **_style(run.entry))
    axis.set(xscale="log", xlabel="delay from change to copy, ms", ylabel="share of changes")
    axis.legend(fontsize=7, ncols=2)
    axis.grid(alpha=0.3, which="both")
    return figure


def costs(bills: Sequence[Bill]) -> Figure:
    """CPU a minute, by part."""
    figure = Figure(figsize=(9, 0.4 * len(bills) + 1.5))
    axis = figure.subplots()
    names = [bill.entry.name for bill in bills]
    left = [0.0] * len(bills)
    for part, colour in zip(PARTS, ("#b2182b", "#1b7837", "#999999", "#d9a400"), strict=True):
        widths = [bill.cpu[part] for bill in bills]
        axis.barh(names, widths, left=left, label=part, color=colour)
        left = [start + width for start, width in zip(left, widths, strict=True)]
    axis.invert_yaxis()
    axis.set_xlabel("CPU milliseconds a minute, running alone")
    axis.legend()
    return figure


def exchanges_and_delay(figures: Sequence[Figures]) -> Figure:
    """All lanes on one plane: to the left is cheap, down is fresh. Polls of one interval lie on top of each other."""
    figure = Figure(figsize=(9, 6))
    axis = figure.subplots()
    labels = {}
    for each in figures:
        if each.delays.p95 and each.per_minute.measured:
            way = each.entry.way
            point = (each.per_minute.measured, 1000 * each.delays.p95)
            mark, size = MARKS[way]
            axis.scatter(*point, s=size, marker=mark, facecolors="none", edgecolors=COLOURS[way], label=way)
            labels[each.entry.name.removeprefix(way).strip()] = point
    for text, point in labels.items():
        axis.annotate(text, point, fontsize=8, xytext=(10, 6), textcoords="offset points")
    handles, names = axis.get_legend_handles_labels()
    axis.legend(handles=list(dict(zip(names, handles, strict=True)).values()))
    axis.set(xscale="log", yscale="log", xlabel="requests or messages a minute", ylabel="p95 of the delay, ms")
    axis.grid(alpha=0.3, which="both")
    return figure


def growth(points: list[Point]) -> Figure:
    """Small multiples: what each way costs and how late it is, over each thing that grows."""
    rows: dict[str, Callable[[Bill], float]] = {
        "producer, CPU ms/min": lambda bill: bill.producer,
        "broker, CPU ms/min": lambda bill: bill.cpu["broker"],
        "kB/min received": lambda bill: bill.figures.received_per_minute / 1000,
        "p95 of the delay, ms": lambda bill: 1000 * (bill.figures.delays.p95 or float("nan")),
    }
    columns = ("conferences", "consumers", "rate")
    figure = Figure(figsize=(10, 11))
    axes = figure.subplots(len(rows), len(columns), sharex="col", sharey="row")
    for line, (title, value) in zip(axes, rows.items(), strict=True):
        for axis, grown in zip(line, columns, strict=True):
            along = growing(points, grown)
            for number, bill in enumerate(along[0].bills):
                values = [value(point.bills[number]) for point in along]
                axis.plot([getattr(point, grown) for point in along], values, "o-", color=COLOURS[bill.entry.way])
            axis.set(xscale="log", yscale="symlog")
            axis.grid(alpha=0.3)
        line[0].set_ylabel(title)
    for axis, grown in zip(axes[-1], ("conferences", "consumers", "changes a second"), strict=True):
        axis.set_xlabel(grown)
    axes[0][0].legend(axes[0][0].get_lines(), [bill.entry.way for bill in points[0].bills])
    return figure
