"""A hazard: what is wrong, what will happen, what to do, and where it can be seen."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from lab.doctor.program import Program

Place = tuple[Path, int]
Rule = Callable[[Program], Iterable[Place]]


@dataclass(frozen=True)
class Hazard:
    """A known mistake."""

    name: str
    will_happen: str
    remedy: str
    rule: Rule


@dataclass(frozen=True)
class Finding:
    """A hazard at a line of a file."""

    hazard: Hazard
    path: Path
    line: int


REGISTRY: dict[str, Hazard] = {}


def hazard(name: str, will_happen: str, remedy: str) -> Callable[[Rule], Rule]:
    """Make the decorated function the rule that finds this hazard: it gets the program, and gives places."""

    def register(rule: Rule) -> Rule:
        REGISTRY[name] = Hazard(name, will_happen, remedy, rule)
        return rule

    return register


def find(program: Program) -> list[Finding]:
    """Every hazard of the program, in the order of its files and lines."""
    from lab.doctor import containers, fanout, polling, publishing, queues, running  # noqa: F401 - they register

    found = {Finding(each, path, line) for each in REGISTRY.values() for path, line in each.rule(program)}
    return sorted(found, key=lambda finding: (str(finding.path), finding.line, finding.hazard.name))
