"""`cogo doctor --code PATH`."""

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path

from lab.doctor.hazard import Finding, find
from lab.doctor.program import NotAProgram, Program, read


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said behind `cogo doctor`."""
    parser.add_argument(
        "--code", type=Path, required=True, metavar="PATH", help="the folder of a Conference GO to read"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object for each hazard, a line each")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Print what was found; 0 when nothing was, 1 when something was, 2 when there is nothing to read."""
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
