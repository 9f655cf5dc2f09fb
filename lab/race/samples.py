"""Every single delay, as CSV."""

import csv
from collections.abc import Iterator
from pathlib import Path

from lab.race.run import Run
from lab.race.statistics import arrivals_of

COLUMNS = ("rate", "lane", "consumer", "conference", "kind", "second", "delay_ms", "seen")


def write_samples(runs: list[Run], file: Path) -> None:
    """One line for each change and consumer. `seen` says whether it was this very revision, a newer one or none."""
    with file.open("w", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        for run in runs:
            writer.writerows(_rows(run))


def _rows(run: Run) -> Iterator[tuple[object, ...]]:
    for source_run in run.source_runs:
        for consumer, arrived in enumerate(arrivals_of(run, source_run)):
            for each in arrived:
                delay = "" if each.delay is None else f"{1000 * each.delay:.3f}"
                seen = "never" if each.at is None else "exact" if each.exact else "newer"
                change = each.change
                second = f"{change.at - run.began:.4f}"
                yield run.rate, source_run.entry.name, consumer, change.conference, change.kind, second, delay, seen
