"""How ways and parts look, the same in every picture."""

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullFormatter

from lab.race.entries import Entry

WAYS = {"full": "#b2182b", "etag": "#e08214", "delta": "#2166ac", "fanout": "#1b7837", "durable": "#762a83"}
MARKS = {"full": ("o", 220), "etag": ("s", 100), "delta": ("^", 36), "fanout": ("*", 140)}  # one inside the other
PARTS = {"web": "#4d4d4d", "database": "#bdbdbd", "relay": "#c2a5cf", "broker": "#6a51a3"}
LINES = {0.0: "-", 1.0: "-", 2.0: "--", 5.0: ":"}
PREDICTION = {"color": "0.75", "linewidth": 5, "solid_capstyle": "butt", "zorder": 0}


def style(entry: Entry) -> dict[str, str]:
    """Of a line: the colour says which way, the pattern which interval."""
    return {"color": WAYS[entry.way], "linestyle": LINES.get(entry.interval, "-."), "label": entry.name}


def duration(milliseconds: float) -> str:
    """As a person says it."""
    return f"{milliseconds / 1000:g} s" if milliseconds >= 1000 else f"{milliseconds:g} ms"


def of_time(axes: Axes, which: str) -> None:
    """A logarithmic axis ("x" or "y") of milliseconds."""
    axes.set(**{f"{which}scale": "log"})
    axis = {"x": axes.xaxis, "y": axes.yaxis}[which]
    axis.set_major_formatter(FuncFormatter(lambda value, _: duration(value)))
    axis.set_minor_formatter(NullFormatter())
