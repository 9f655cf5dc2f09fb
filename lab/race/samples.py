"""Every single delay, as CSV."""

import csv
from collections.abc import Iterator
from pathlib import Path

from lab.race.figures import arrivals_of
from lab.race.heat import Heat

COLUMNS = ("rate", "lane", "consumer", "conference", "kind", "second", "delay_ms", "seen")


def write_samples(heats: list[Heat], file: Path) -> None:
    """One line for each change and consumer. `seen` says whether it was this very revision, a newer one or none."""
    with file.open("w", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        for heat in heats:
            writer.writerows(_rows(heat))


def _rows(heat: Heat) -> Iterator[tuple[object, ...]]:
    for run in heat.runs:
        for consumer, arrived in enumerate(arrivals_of(heat, run)):
            for each in arrived:
                delay = "" if each.delay is None else f"{1000 * each.delay:.3f}"
                seen = "never" if each.at is None else "exact" if each.exact else "newer"
                change = each.change
                second = f"{change.at - heat.began:.4f}"
                yield heat.rate, run.entry.name, consumer, change.conference, change.kind, second, delay, seen
