"""`cogo status`."""

import argparse
import json
from dataclasses import asdict

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from lab.status.gathering import Status, gather


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `cogo status` takes."""
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """0 if all is well, else 1."""
    console, status = Console(highlight=False), gather()
    if chosen.json:
        console.print_json(json.dumps({"is_well": status.is_well, **asdict(status)}))
    else:
        console.print(table(status))
    return int(not status.is_well)


def table(status: Status) -> Table:
    """One table: services, queues, lags, versions."""
    shown = Table("what", "how", "ready", "unacked", "consumers", "oldest", box=None, pad_edge=False)
    for each in status.services:
        mark = "[green]✓[/]" if each.is_well else "[red]✗[/]"
        shown.add_row(each.name, f"{mark} {escape(each.detail)}")
    shown.add_section()
    for queue in status.queues:
        how = "[red]✗ nobody reads it[/]" if queue.lacks_consumer else ""
        how = how or ("[yellow]! other arguments than asked for: topology check[/]" if queue.differs else "")
        oldest = "" if queue.oldest_seconds is None else f"{queue.oldest_seconds:.0f} s"
        figures = map(str, (queue.ready, queue.unacknowledged, queue.consumers))
        shown.add_row(queue.name, how, *figures, oldest)
    shown.add_section()
    for lane, lag in status.lags.items():
        shown.add_row(f"lag by {lane}", _lag(lag))
    for name, number in status.versions.items():
        shown.add_row(name, number)
    return shown


def _lag(lag: dict[str, float | None]) -> str:
    if not lag["count"] or lag["p50_ms"] is None:
        return "nothing in the last hour"
    return f"p50 {lag['p50_ms']:.0f} ms, p95 {lag['p95_ms']:.0f} ms, of {lag['count']}"
