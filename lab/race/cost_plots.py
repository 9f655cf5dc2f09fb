"""What sources cost, in pictures."""

from collections.abc import Callable, Sequence

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from lab.race import palette
from lab.race.bills import PARTS, Bill
from lab.race.growth import Point
from lab.race.growth import axis as growing


def costs(bills: Sequence[Bill]) -> Figure:
    """CPU a minute by part, and bytes a minute, of sources that ran alone."""
    figure = Figure(figsize=(10, 0.36 * len(bills) + 1.4))
    cpu, traffic = figure.subplots(1, 2, sharey=True, width_ratios=(3, 2))
    names = [bill.entry.name for bill in bills]
    left = [0.0] * len(bills)
    for part in sorted(PARTS, key=list(palette.PARTS).index):
        widths = [bill.cpu[part] for bill in bills]
        cpu.barh(names, widths, left=left, label=part, color=palette.PARTS[part])
        left = [start + width for start, width in zip(left, widths, strict=True)]
    kilobytes = [(bill.statistics.sent_per_minute + bill.statistics.received_per_minute) / 1000 for bill in bills]
    bars = traffic.barh(names, kilobytes, color=[palette.WAYS[bill.entry.way] for bill in bills])
    cpu.bar_label(cpu.containers[-1], [f"{total:,.0f}" for total in left], padding=3, fontsize=8)
    traffic.bar_label(bars, [f"{each:,.0f}" for each in kilobytes], padding=3, fontsize=8)
    cpu.invert_yaxis()
    cpu.set_xlabel("CPU milliseconds a minute")
    traffic.set_xlabel("kB a minute on the wire, both ways")
    for axis in (cpu, traffic):
        axis.margins(x=0.16)
        axis.spines[["top", "right"]].set_visible(False)
    figure.legend(*cpu.get_legend_handles_labels(), ncols=len(PARTS), loc="upper left", frameon=False, fontsize=9)
    return figure


def growth(points: Sequence[Point]) -> Figure:
    """Small multiples: what each way costs and how late it is, over each thing that grows."""
    rows: dict[str, Callable[[Bill], float]] = {
        "producer, CPU ms/min": lambda bill: bill.producer,
        "broker, CPU ms/min": lambda bill: bill.cpu["broker"],
        "received, kB/min": lambda bill: bill.statistics.received_per_minute / 1000,
        "p95 of the delay, ms": lambda bill: 1000 * (bill.statistics.delays.p95 or float("nan")),
    }
    columns = {"conferences": "conferences", "consumers": "consumers", "rate": "changes a second"}
    figure = Figure(figsize=(10, 10))
    axes = figure.subplots(len(rows), len(columns), sharex="col", sharey="row")
    for line, (title, value) in zip(axes, rows.items(), strict=True):
        for axis, grown in zip(line, columns, strict=True):
            along = growing(list(points), grown)
            ticks = [getattr(point, grown) for point in along]
            for number, bill in enumerate(along[0].bills):
                mark, size = palette.MARKS[bill.entry.way]
                axis.plot(
                    ticks, [value(point.bills[number]) for point in along], marker=mark, markersize=size**0.5 / 1.6,
                    markerfacecolor="none", color=palette.WAYS[bill.entry.way], label=bill.entry.way,
                )  # fmt: skip
            axis.set(xscale="log", yscale="symlog")
            axis.set_xticks(ticks, [f"{tick:,g}" for tick in ticks])
            axis.xaxis.set_minor_locator(NullLocator())
            axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
            axis.margins(0.1)
            axis.grid(alpha=0.3)
        line[0].set_ylabel(title)
    for axis, label in zip(axes[-1], columns.values(), strict=True):
        axis.set_xlabel(label)
    figure.legend(*axes[0][0].get_legend_handles_labels(), ncols=len(palette.MARKS), loc="upper center", frameon=False)
    return figure
