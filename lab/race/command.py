"""`cogo race`: who hears of changes sooner, and at what price."""

import argparse
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import requests
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from lab.race import artefacts, growth, table
from lab.race.course import Say, race
from lab.race.plan import Plan, quick, thorough
from lab.race.results import machine
from lab.race.run import Tick
from lab.race.sources import NotReady
from lab.race.stack import Own, Running, StackBroken
from lab.race.table import Sheet
from lab.race.writer_client import WriterEnded
from native.postgres import PostgresEnded
from native.rabbitmq import RabbitMQEnded

EXPECTED = (StackBroken, NotReady, WriterEnded, PostgresEnded, RabbitMQEnded, requests.RequestException)
console = Console(width=None if sys.stdout.isatty() else 120)  # in a file or a pipe, tables keep their columns


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What a person may choose."""
    parser.add_argument("--quick", action="store_true", help="under two minutes; else under six")
    parser.add_argument("--growth", action="store_true", help="instead: what it costs as things grow")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10_000), help="repeats a writer")
    parser.add_argument("--rate", type=float, help="changes a second")
    parser.add_argument("--seconds", type=float, help="of each run; best a whole number of each interval")
    parser.add_argument("--conferences", type=int, help="when it begins")
    parser.add_argument("--intervals", type=float, nargs="+", metavar="SECONDS", help="of the pollers")
    parser.add_argument("--consumers", type=int, nargs="+", metavar="N", help="in each lane; one run for each number")
    parser.add_argument("--engine", choices=("native", "compose"), default="native", help="own stack, or the one up")
    parser.add_argument("--out", type=Path, default=Path("race"), help="folder for report, summary, samples, plots")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Race and write what came out; 0, or 1 when it could not be run."""
    try:
        return _growth(chosen) if chosen.growth else _race(chosen)
    except EXPECTED as error:
        console.print(f"[bold red]✘ {error}[/]", highlight=False)
        return 1


def _race(chosen: argparse.Namespace) -> int:
    plan = _plan(chosen)
    with _stack(chosen.engine, plan.expected_seconds()) as (stack, say, tick):
        found = race(stack, plan, chosen.engine, say, tick)
    _show(artefacts.short_sheets(found))
    artefacts.write(found, chosen.out)
    console.print(f"Report: {chosen.out / 'report.html'}   repeat it with --seed {chosen.seed}", highlight=False)
    return 0


def _growth(chosen: argparse.Namespace) -> int:
    with _stack("native", growth.EXPECTED_SECONDS) as (stack, say, tick):
        about = machine("native", stack.management_url)
        found = growth.grow(stack, chosen.seed, say, tick)
    _show([table.growth(found)])
    artefacts.write_growth(found, about, chosen.seed, chosen.out)
    console.print(f"Report: {chosen.out / 'growth.html'}   repeat it with --seed {chosen.seed}", highlight=False)
    return 0


@contextmanager
def _stack(engine: str, expected: float) -> Iterator[tuple[Any, Say, Tick]]:
    """A stack, what to call to say something, and what to call as time passes: the progress bar shows both."""
    with Progress(BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console) as bar:
        going = bar.add_task("starting the stack", total=expected)
        with Own() if engine == "native" else Running() as stack:
            yield stack, lambda what: bar.update(going, description=what), partial(bar.advance, going)
            bar.update(going, description="stopping the stack")
        bar.update(going, description="done", completed=expected)


def _show(sheets: list[Sheet]) -> None:
    for sheet in sheets:
        table.show(sheet, console)


def _plan(chosen: argparse.Namespace) -> Plan:
    """What was asked for, with the choices on the command line in place of its own."""
    asked = quick(chosen.seed) if chosen.quick else thorough(chosen.seed)
    names = ("rate", "seconds", "conferences", "intervals", "consumers")
    choices = {name: getattr(chosen, name) for name in names if getattr(chosen, name) is not None}
    return replace(asked, **{name: tuple(each) if isinstance(each, list) else each for name, each in choices.items()})
