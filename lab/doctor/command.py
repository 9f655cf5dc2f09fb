"""`cogo doctor`: this machine and what runs on it; with `--code PATH`, a program of yours."""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from lab import settings
from lab.doctor.check import Check
from lab.doctor.hazard import Finding, find
from lab.doctor.program import NotAProgram, Program, read
from lab.stack import Stack, StackError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said behind `cogo doctor`."""
    parser.add_argument("--code", type=Path, metavar="PATH", help="read the folder of a Conference GO for hazards")
    parser.add_argument("--json", action="store_true", help="one JSON object for each line")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Print what was found; 0 when nothing is wrong, 1 when something is, 2 when there is nothing to read."""
    return _read(chosen) if chosen.code else _look(chosen)


def _look(chosen: argparse.Namespace) -> int:
    is_well = True
    for check in _checks():
        is_well &= check.is_well
        if chosen.json:
            print(json.dumps(asdict(check)), flush=True)  # noqa: T201
            continue
        print(f"{'✔' if check.is_well else '✘'} {check.name}: {check.detail}", flush=True)  # noqa: T201
        if not check.is_well:
            print(f"    Remedy: {check.remedy}", flush=True)  # noqa: T201
    return int(not is_well)


def _checks() -> Iterator[Check]:
    from lab.doctor import machine, stack

    engine = subprocess.run(["controls/engine"], cwd=settings.ROOT, capture_output=True, text=True, check=True)  # noqa: S607
    running = Stack(engine.stdout.strip())
    try:
        is_up = running.is_up()
    except StackError:
        is_up = False
    yield from machine.look(is_up)
    if is_up:
        yield from stack.look(running)
    else:
        yield Check("application", True, "nothing runs; start it with: make up")


def _read(chosen: argparse.Namespace) -> int:
    try:
        program = read(chosen.code)
    except NotAProgram as error:
        print(f"cogo doctor: {error}", file=sys.stderr)  # noqa: T201
        return 2
    findings = find(program)
    for line in (_as_json if chosen.json else _as_text)(program, findings):
        print(line)  # noqa: T201
    return 1 if findings else 0


def _as_json(program: Program, findings: Iterable[Finding]) -> Iterable[str]:
    for finding in findings:
        yield json.dumps(
            {
                "hazard": finding.hazard.name,
                "file": str(finding.path.relative_to(program.root)),
                "line": finding.line,
                "will_happen": finding.hazard.will_happen,
                "remedy": finding.hazard.remedy,
            }
        )


def _as_text(program: Program, findings: list[Finding]) -> Iterable[str]:
    for finding in findings:
        yield f"{finding.path.relative_to(program.root)}:{finding.line}: {finding.hazard.name}"
        yield f"    {finding.hazard.will_happen}"
        yield f"    Remedy: {finding.hazard.remedy}"
    for path, why in program.unreadable.items():
        yield f"{path.relative_to(program.root)}: not looked at, it cannot be read: {why}"
    read_files = len(program.python) + len(program.compose) + len(program.dockerfiles) + len(program.requirements)
    yield f"{len(findings)} hazards in {read_files} files"
