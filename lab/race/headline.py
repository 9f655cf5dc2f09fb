"""The race in one sentence and one picture: how late, and at what cost."""

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from lab.race import palette
from lab.race.bills import Bill
from lab.race.results import Results
from lab.race.statistics import Statistics

POLLED = "delta"  # the cheapest way of asking, which is how the application polls


def sentence(found: Results) -> str:
    """How late a change arrives by message and by polling, and what each source cost the producer."""
    pushed, polled = _shown(found)
    by_interval = ", ".join(
        f"{row.delays.mean or 0:.1f} s by asking every {row.entry.interval:g} s"
        f" ({row.per_minute.measured or 0:.0f} requests a minute)"
        for row in polled
    )
    told = f"A change arrives {1000 * (pushed.delays.mean or 0):.0f} ms later by message, and {by_interval}"
    bills = {bill.entry.way: bill for bill in _fewest(found.bills)}
    if {"fanout", POLLED} <= bills.keys():
        asking, telling = bills[POLLED], bills["fanout"]
        told += (
            f"; it costs the producer {telling.producer:.0f} ms of processor time a minute to tell"
            f" {telling.entry.consumers}, and {asking.producer:.0f} ms to be asked by {asking.entry.consumers}"
            f" every {asking.entry.interval:g} s"
        )
    return f"{told}."


def picture(found: Results) -> Figure:
    """A bar for each: how late on average; the scale is logarithmic, as the one is so much less than the others."""
    pushed, polled = _shown(found)
    rows = [pushed, *polled]
    names = ["by message", *(f"asked every {row.entry.interval:g} s" for row in polled)]
    late = [max(1e-3, row.delays.mean or 0) * 1000 for row in rows]
    figure = Figure(figsize=(9, 0.55 * len(rows) + 1))
    axis = figure.subplots()
    bars = axis.barh(names, late, color=[palette.WAYS[row.entry.way] for row in rows])
    axis.bar_label(bars, [palette.duration(round(each, -2 if each >= 1000 else 0)) for each in late], padding=4)
    axis.set(xscale="log", xlabel="a change arrives so much later, on average")
    axis.set_xlim(1, max(late) * 4)
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: palette.duration(value)))
    axis.invert_yaxis()
    axis.spines[["top", "right"]].set_visible(False)
    return figure


def _shown(found: Results) -> tuple[Statistics, list[Statistics]]:
    """The row of messaging, and those of the polls, of the run with the fewest consumers."""
    rows = found.statistics(found.runs[0])
    (pushed,) = (row for row in rows if row.entry.way == "fanout")
    return pushed, [row for row in rows if row.entry.way == POLLED]


def _fewest(bills: list[Bill]) -> list[Bill]:
    least = min((bill.entry.consumers for bill in bills), default=0)
    return [bill for bill in bills if bill.entry.consumers == least]
