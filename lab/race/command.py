"""`cogo race`: who hears of changes sooner, and at what price."""

import argparse
import json
import random
from dataclasses import replace
from functools import partial
from pathlib import Path

import requests
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from lab.race import plots, table
from lab.race.course import race
from lab.race.heat import Heat
from lab.race.pen import WriterEnded
from lab.race.plan import Plan, quick, thorough
from lab.race.report import save_plots, write_report
from lab.race.results import Results
from lab.race.samples import write_samples
from lab.race.stack import Own, Running, StackBroken
from lab.race.table import Sheet
from native.postgres import PostgresEnded
from native.rabbitmq import RabbitMQEnded

EXPECTED = (StackBroken, WriterEnded, PostgresEnded, RabbitMQEnded, requests.RequestException)
console = Console()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What a person may choose."""
    parser.add_argument("--quick", action="store_true", help="under two minutes; else under five")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10_000), help="repeats a writer")
    parser.add_argument("--rate", type=float, help="changes a second")
    parser.add_argument("--seconds", type=float, help="of the race; best a whole number of each interval")
    parser.add_argument("--conferences", type=int, help="when it begins")
    parser.add_argument("--intervals", type=float, nargs="+", metavar="SECONDS", help="of the pollers")
    parser.add_argument("--pollers", type=int, nargs="+", metavar="N", help="in a lane, for each way and interval")
    parser.add_argument("--subscribers", type=int, nargs="+", metavar="N", help="in a lane")
    parser.add_argument("--engine", choices=("native", "compose"), default="native", help="own stack, or the one up")
    parser.add_argument("--out", type=Path, default=Path("race"), help="folder for report, summary, samples, plots")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Race and write what came out; 0, or 1 when it could not be run."""
    chosen_plan = _plan(chosen)
    try:
        with Progress(BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console) as bar:
            going = bar.add_task("starting the stack", total=chosen_plan.expected_seconds())
            with Own() if chosen.engine == "native" else Running() as stack:
                say = partial(_describe, bar, going)
                found = race(stack, chosen_plan, chosen.engine, say, tick=partial(bar.advance, going))
                bar.update(going, description="stopping the stack", completed=chosen_plan.expected_seconds())
    except EXPECTED as error:
        console.print(f"[bold red]✘ {error}[/]", highlight=False)
        return 1
    for sheet in short_sheets(found):
        table.show(sheet, console)
    write(found, chosen.out)
    console.print(f"Report: {chosen.out / 'report.html'}   repeat it with --seed {chosen.seed}", highlight=False)
    return 0


def _describe(bar: Progress, task: TaskID, what: str) -> None:
    bar.update(task, description=what)


def _plan(chosen: argparse.Namespace) -> Plan:
    """What was asked for, with the choices on the command line in place of its own."""
    asked = quick(chosen.seed) if chosen.quick else thorough(chosen.seed)
    names = ("rate", "seconds", "conferences", "intervals", "pollers", "subscribers")
    choices = {name: getattr(chosen, name) for name in names if getattr(chosen, name) is not None}
    return replace(asked, **{name: tuple(each) if isinstance(each, list) else each for name, each in choices.items()})


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
    (folder / "summary.json").write_text(json.dumps(summary, indent=1) + "\n")
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
