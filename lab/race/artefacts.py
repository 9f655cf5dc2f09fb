"""The files that a run leaves, and the tables in them."""

import json
from pathlib import Path
from typing import Any

from lab.race import plots, table
from lab.race.growth import Point
from lab.race.heat import Heat
from lab.race.report import save_plots, write_report
from lab.race.results import Results
from lab.race.samples import write_samples
from lab.race.table import Sheet


def short_sheets(found: Results) -> list[Sheet]:
    """For the terminal."""
    return [*(table.overview(_title(heat), found.figures(heat)) for heat in found.heats), *_costs_and_outages(found)]


def all_sheets(found: Results) -> list[Sheet]:
    """For the report."""
    sheets = []
    for heat in found.heats:
        figures = found.figures(heat)
        sheets += [table.delays(_title(heat), figures), table.effort(_title(heat), figures)]
    return [*sheets, *_costs_and_outages(found)]


def _title(heat: Heat) -> str:
    return f"{len(heat.changes)} changes at {heat.rate:g}/s"


def _costs_and_outages(found: Results) -> list[Sheet]:
    sheets = [table.bills(found.bills)] if found.bills else []
    return [*sheets, table.recoveries(found.recoveries)] if found.recoveries else sheets


def write(found: Results, folder: Path) -> None:
    """samples.csv, summary.json, the plots and report.html."""
    folder.mkdir(parents=True, exist_ok=True)
    write_samples(found.heats, folder / "samples.csv")
    summary = found.as_dict()
    _write_json(summary, folder / "summary.json")
    first, *others = found.heats
    drawn = {
        "staleness": plots.staleness_over_time(first),
        "delays": plots.delay_distribution(first),
        **{f"delays_at_{heat.rate:g}": plots.delay_distribution(heat) for heat in others},
        **({"costs": plots.costs(found.bills)} if found.bills else {}),
        "requests_and_delay": plots.exchanges_and_delay(found.figures(first)),
    }
    uris = save_plots(drawn, folder)
    write_report(folder / "report.html", "Polling against messaging", summary, all_sheets(found), uris)


def write_growth(points: list[Point], about: dict[str, Any], seed: int, folder: Path) -> None:
    """growth.json, growth.png and growth.html."""
    folder.mkdir(parents=True, exist_ok=True)
    summary = {"plan": {"seed": seed}, "machine": about, "points": [point.as_dict() for point in points]}
    _write_json(summary, folder / "growth.json")
    uris = save_plots({"growth": plots.growth(points)}, folder)
    write_report(
        folder / "growth.html", "Polling against messaging as things grow", summary, [table.growth(points)], uris
    )


def _write_json(content: dict[str, Any], file: Path) -> None:
    file.write_text(json.dumps(content, indent=1) + "\n")
