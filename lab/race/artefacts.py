"""The files that a run leaves, and the tables in them."""

import json
from pathlib import Path
from typing import Any

from lab.race import headline, pictures, report, table
from lab.race.bars import WRITTEN, bars_of
from lab.race.growth import Point
from lab.race.plan import POLLED
from lab.race.results import Results
from lab.race.run import Run
from lab.race.samples import write_samples
from lab.race.table import Sheet


def short_sheets(found: Results) -> list[Sheet]:
    """For the terminal."""
    races = [table.overview(_title(run), found.statistics(run)) for run in found.all_runs]
    return [*races, *_costs_and_outages(found), table.claims(bars_of(found))]


def all_sheets(found: Results) -> list[Sheet]:
    """For the report."""
    sheets = [table.claims(bars_of(found))]
    for run in found.all_runs:
        statistics = found.statistics(run)
        sheets += [table.delays(_title(run), statistics), table.effort(_title(run), statistics)]
    return [*sheets, *_costs_and_outages(found)]


def _title(run: Run) -> str:
    most = max((source_run.entry.consumers for source_run in run.source_runs), default=0)
    managed = "" if run.written > WRITTEN * run.rate else f" (the writer managed {run.written:.0f}/s)"
    return f"{len(run.changes)} changes at {run.rate:g}/s{managed}, {most} in each lane"


def _costs_and_outages(found: Results) -> list[Sheet]:
    sheets = [table.bills(found.bills, found.nobody)] if found.bills else []
    sheets += [table.one_poll(found.polls, POLLED)] if found.polls else []
    return [*sheets, table.recoveries(found.recoveries)] if found.recoveries else sheets


def write(found: Results, folder: Path) -> None:
    """samples.csv, summary.json, the plots, report.html, and its tables as results.md."""
    folder.mkdir(parents=True, exist_ok=True)
    write_samples(found.all_runs, folder / "samples.csv")
    summary = {
        "sentence": headline.sentence(found),
        **found.as_dict(),
        "bars": [bar.as_dict() for bar in bars_of(found)],
    }
    _write_json(summary, folder / "summary.json")
    uris = report.save(pictures.of_race(found), folder)
    report.write_html(folder / "report.html", "Polling against messaging", summary, all_sheets(found), uris)
    report.write_markdown(folder / "results.md", "What a race measured", summary, all_sheets(found))


def write_growth(points: list[Point], about: dict[str, Any], seed: int, folder: Path) -> None:
    """growth.json, growth.png, growth.html, and its table as growth.md."""
    folder.mkdir(parents=True, exist_ok=True)
    summary = {"plan": {"seed": seed}, "machine": about, "points": [point.as_dict() for point in points]}
    _write_json(summary, folder / "growth.json")
    uris, sheets = report.save(pictures.of_growth(points), folder), [table.growth(points)]
    report.write_html(folder / "growth.html", "Polling against messaging as things grow", summary, sheets, uris)
    report.write_markdown(folder / "growth.md", "What lanes cost as things grow", summary, sheets)


def _write_json(content: dict[str, Any], file: Path) -> None:
    file.write_text(json.dumps(content, indent=1) + "\n")
