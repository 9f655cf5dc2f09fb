"""`cogo watch`."""

import argparse
import json
import sys
from collections import deque
from collections.abc import Iterator
from typing import Any

import requests
from rich.console import Console
from rich.live import Live

from lab import settings
from lab.watch.screen import screen

SHOWN = 14  # events
TIMEOUT = (5, 10)  # seconds to connect, and for the next line: a lab that is well tells something twice a second


class LabAway(Exception):
    """There is no lab to ask; the message says how to start it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `cogo watch` takes."""
    parser.add_argument("--json", action="store_true", help="each tick as a line of JSON, for programs")
    parser.add_argument("--once", action="store_true", help="the state of now, and end")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """0 when asked to stop, 1 where no lab answers."""
    console = Console(highlight=False)
    try:
        if chosen.json:
            for tick in _ticks(chosen.once):
                console.out(json.dumps(tick), highlight=False)
        elif chosen.once:
            for tick in _ticks(once=True):
                console.print(screen(tick["state"], ()))
        else:
            _watch(console)
    except LabAway as away:
        sys.stderr.write(f"cogo: {away}\n")
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


def _watch(console: Console) -> None:
    events: deque[dict[str, Any]] = deque(maxlen=SHOWN)
    with Live(console=console, auto_refresh=False, screen=console.is_terminal) as live:
        for tick in _ticks(once=False):
            events.extend(tick["events"])
            live.update(screen(tick["state"], events), refresh=True)


def _ticks(once: bool) -> Iterator[dict[str, Any]]:
    """What the lab tells, until the connection ends. Raises LabAway."""
    if not settings.LAB:
        raise LabAway("the lab is left out here (LAB=0); start it with: make up")
    headers = {"Authorization": f"Service {settings.SERVICE_TOKEN}"}
    try:
        with requests.get(f"{settings.LAB}/stream.json", headers=headers, stream=True, timeout=TIMEOUT) as answer:
            answer.raise_for_status()
            for line in answer.iter_lines(chunk_size=None):
                yield json.loads(line)
                if once:
                    return
    except requests.RequestException as error:
        raise LabAway(f"the lab does not answer at {settings.LAB}; start it with: make up") from error
