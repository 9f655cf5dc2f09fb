"""`cogo why ID`."""

import argparse
import json

from rich.console import Console
from rich.markup import escape

from lab.why.explaining import NotAnIdentifier, explain
from lab.why.explanation import Explanation, Hop, State

MARKS = {
    State.DONE: "[green]✓ done[/]",
    State.WAITS: "[yellow]… waits[/]",
    State.STUCK: "[red]✗ stuck[/]",
    State.UNKNOWN: "[red]? unknown[/]",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `cogo why` takes."""
    parser.add_argument(
        "identifier", help="a message id, presentation/7, conference/3, a number, or an account's e-mail"
    )
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """0 if all that was asked about arrived, 1 if something did not, 2 if the question cannot be read."""
    console = Console(highlight=False)
    try:
        found = explain(chosen.identifier)
    except NotAnIdentifier as error:
        Console(stderr=True, highlight=False).print(escape(str(error)))
        return 2
    if chosen.json:
        console.print_json(json.dumps(found.as_dict()))
    else:
        _show(console, found)
    stations = [*found.about, *(hop for journey in found.journeys for hop in journey.hops[-1:])]
    return int(not stations or any(hop.state is not State.DONE for hop in stations))


def _show(console: Console, found: Explanation) -> None:
    console.print(f"[bold]{escape(found.headline)}[/]")
    for problem in found.problems:
        console.print(f"[red]{escape(problem)}[/]")
    for hop in found.about:
        _line(console, hop)
    for journey in found.journeys:
        console.print(f"\n[bold]{escape(journey.type)}[/] for {escape(journey.to)}  {escape(journey.message_id)}")
        for hop in journey.hops:
            _line(console, hop)


def _line(console: Console, hop: Hop) -> None:
    console.print(f"  {MARKS[hop.state]}  [cyan]{escape(hop.where)}[/]  {escape(hop.cause)}", soft_wrap=True)
    if hop.remedy:
        console.print(f"      type: {escape(hop.remedy)}", soft_wrap=True)
