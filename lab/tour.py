"""The guided tour: does each pattern on the running application, and says what was seen and how long it took.

Nothing is assumed: a line stands in the table only after it was observed from outside, through the REST
APIs, the mail catcher and the broker; otherwise the tour ends with status 1 and says what was missing.
"""

import argparse
import re
from dataclasses import dataclass

import requests
from rich.console import Console
from rich.table import Table

from lab import cluster_scenes, scenes, settings
from lab.clients import Api, NotSeen
from lab.stack import ENGINES, Stack, StackError
from lab.touring import Tour

console = Console()


@dataclass(frozen=True)
class Seen:
    """One line of the table."""

    pattern: str
    done: str
    seen: str
    measured: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What a person may choose."""
    parser.add_argument("--engine", choices=ENGINES, required=True, help="what `make up` started it with")
    parser.set_defaults(run=lambda chosen: run(chosen.engine))


def run(engine: str) -> int:
    """Walk through all scenes; 0 when everything shown really happened, else 1."""
    stack = Stack(engine)
    seen: list[Seen] = []
    try:
        token = stack.run_in("monolith", "python", "monolith/manage.py", "drf_create_token", "organiser").split()[2]
        tour = Tour(stack, Api(settings.MONOLITH, token), Api(settings.ATTENDEES), say=_say)
        for scene in (*scenes.ALL, *(cluster_scenes.ALL if stack.is_cluster else ())):
            console.rule(f"[bold]{(scene.__doc__ or '').splitlines()[0]}", align="left")
            for line in scene(tour):
                seen.append(Seen(*line))
                console.print(f"  [green]✔[/] {line[2]} [dim]({line[3]})[/]", highlight=False)
    except (NotSeen, StackError, requests.RequestException) as missing:
        console.print(f"[bold red]✘ {missing}[/]", highlight=False)
        console.print(f"The application is left up: look at `make logs`, end it with `{stack.stop_command}`.")
        return 1
    _show(seen)
    _tell_where_things_are(stack)
    return 0


def _say(what: str) -> None:
    console.print(f"  … {what}", style="dim", highlight=False)


def _show(seen: list[Seen]) -> None:
    table = Table("pattern", "what was done", "what was seen", "measured", title="What happened", show_lines=True)
    for line in seen:
        table.add_row(line.pattern, line.done, line.seen, line.measured)
    console.print(table)


def _tell_where_things_are(stack: Stack) -> None:
    mail = f"files in {settings.RUN_DIR / 'mail' / 'new'}" if stack.engine == "native" else settings.MAIL_PAGE
    places = Table("look at", "where", box=None)
    if settings.LAB:
        places.add_row("[bold]the board[/]: see messages move", f"[bold]{settings.LAB}/[/]")
    places.add_row("monolith: API, admin", f"{settings.MONOLITH}/  (log in as organiser)")
    places.add_row("attendees", f"{settings.ATTENDEES}/")
    places.add_row("letters", mail)
    places.add_row("RabbitMQ", f"{settings.BROKER_PAGE}/  (guest / guest)")
    places.add_row("organiser's password", _password(stack))
    places.add_row("stop", stack.stop_command)
    console.print(places)


def _password(stack: Stack) -> str:
    """The line that the seed printed, once, while that password is the one that counts; or how to set another."""
    for line in stack.logs("monolith").splitlines():
        said = re.search(r"Log in as organiser with the password (\S+) ", line)
        if said and _logs_in(said[1]):
            return line.split("| ")[-1].strip()
        if "with the password of ORGANISER_PASSWORD" in line:
            return "as in ORGANISER_PASSWORD; another is set with: make password"
    return "another is set with: make password"


def _logs_in(password: str) -> bool:
    address = f"{settings.MONOLITH}/api/token/"
    answer = requests.post(address, json={"username": "organiser", "password": password}, timeout=10)
    return answer.ok
