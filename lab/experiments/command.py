"""`cogo experiment`."""

import argparse
import json
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

from lab.experiments.cases import ALL, BY_NAME
from lab.experiments.experiment import Experiment
from lab.experiments.ground import Ground, NotReady
from lab.experiments.outcome import Outcome
from lab.experiments.places import find


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said behind `cogo experiment`."""
    parser.add_argument("name", nargs="?", choices=[*BY_NAME, "all"], metavar="NAME", help="see --list; or: all")
    parser.add_argument("--list", action="store_true", help="their names, and what each claims")
    parser.add_argument("--without-safeguard", action="store_true", help="see the claim fail")
    parser.add_argument("--short", action="store_true", help="in a few seconds, with fewer messages")
    parser.add_argument("--json", action="store_true", help="a JSON object for each step, a line each")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write what came out as a page; - prints it")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """0 if every claim holds, 1 if one does not, 2 if nothing could be run."""
    if chosen.list or not chosen.name:
        for each in ALL:
            print(f"{each.name:20} {each.claim}")  # noqa: T201
        return 0
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    chosen_ones = ALL if chosen.name == "all" else (BY_NAME[chosen.name],)
    outcomes = []
    try:
        for each in chosen_ones:
            outcomes.append(perform(each, not chosen.without_safeguard, chosen.short, _teller(chosen.json)))
            _show(outcomes[-1], chosen.json)
    except NotReady as problem:
        print(f"cogo experiment: {problem}", file=sys.stderr)  # noqa: T201
        return 2
    if chosen.write:
        from lab.experiments import report

        report.write(outcomes, chosen.write)
    return int(not all(each.measured.holds for each in outcomes))


def perform(experiment: Experiment, is_safe: bool, is_short: bool, say: Any) -> Outcome:
    """Run it on ground of its own. Raises NotReady."""
    started = time.monotonic()
    say("began", experiment=experiment.name)
    with Ground(find(), is_safe, is_short, say) as ground:
        measured = experiment.run(ground)
    return Outcome(experiment, measured, time.monotonic() - started)


def _teller(as_json: bool) -> Any:
    def say(kind: str, **facts: Any) -> None:
        if as_json:
            print(json.dumps({"kind": kind, **facts}), flush=True)  # noqa: T201
        elif kind == "began":
            print(f"── {facts['experiment']}", flush=True)  # noqa: T201
        elif kind == "step":
            print(f"   · {facts['words']}", flush=True)  # noqa: T201

    return say


def _show(outcome: Outcome, as_json: bool) -> None:
    if as_json:
        print(json.dumps(outcome.as_dict()), flush=True)  # noqa: T201
        return
    for each in outcome.measured.bars:
        print(f"   {each.label:28}{each.value:>10.1f} {each.unit}")  # noqa: T201
    print(f"   {'✔' if outcome.measured.holds else '✘ fails:'} {outcome.experiment.claim}")  # noqa: T201
    print(f"   {outcome.measured.sentence} ({outcome.seconds:.0f} s)")  # noqa: T201


def _end(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)
