"""Findings in pictures."""

from matplotlib.figure import Figure

from benchmarks.findings import Finding

OURS, OTHERS, LIMIT = "#1b7837", "#8c96c6", "#bdbdbd"


def draw(found: Finding) -> Figure:
    """Lines where something goes along something, otherwise a bar for each row from lowest to highest round."""
    return _lines(found) if found.lines else _rows(found)


def _rows(found: Finding) -> Figure:
    figure = Figure(figsize=(8, 0.45 * len(found.rows) + 1))
    axis = figure.subplots()
    for row in reversed(found.rows):
        colour = LIMIT if row.is_limit else OURS if row.name.startswith("ours") else OTHERS
        below, above = row.median - min(row.figures), max(row.figures) - row.median
        axis.barh(row.name, row.median, color=colour, xerr=[[below], [above]], ecolor="#444444", capsize=3)
    axis.set(title=found.title, xlabel=found.unit)
    axis.grid(alpha=0.3, axis="x")
    return figure


def _lines(found: Finding) -> Figure:
    figure = Figure(figsize=(8, 4))
    axis = figure.subplots()
    for line in found.lines:
        colour = OURS if line.name == "ours" else None
        axis.plot(line.xs, line.ys, "-" if len(line.xs) > 20 else "o-", label=line.name, color=colour)
    axis.set(title=found.title, xlabel=found.axis, ylabel=found.unit)
    if found.unit == "ms":
        axis.set(yscale="log")
    else:
        axis.set_ylim(bottom=0)
        axis.set(xscale="log")
    axis.grid(alpha=0.3, which="both")
    axis.legend()
    return figure
