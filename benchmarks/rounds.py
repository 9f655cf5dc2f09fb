"""Takes turns: each contender once, then each once more. What disturbs the machine for a while disturbs all alike."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.findings import Finding, Row
from benchmarks.ground import Ground
from benchmarks.plan import Plan

Say = Callable[[str], None]


@dataclass(frozen=True)
class Contender:
    """A way to do the job. `measure` does it once, in fresh processes, and returns the figure."""

    name: str
    measure: Callable[[Ground], float]
    gives_up: str = ""
    is_limit: bool = False


def rounds(plan: Plan, *findings: Finding) -> Iterator[str]:
    """What to call each round. There are as many as planned; while a bar of the findings is undecided there are as
    many again, up to the most that are planned. Without any bar there are fewer."""
    planned = plan.rounds if any(found.bars for found in findings) else plan.rounds_without_bar
    number = 0
    while number < planned or (number < plan.most_rounds and any(found.is_undecided for found in findings)):
        for _ in range(planned):
            number += 1
            yield f"round {number}" + (f" of {planned}" if number <= planned else ", to decide about a bar")


def take_turns(contenders: Sequence[Contender], found: Finding, ground: Ground, plan: Plan, say: Say) -> Finding:
    """The finding, with a row of each."""
    found.rows = [Row(each.name, [], each.gives_up, each.is_limit) for each in contenders]
    for name in rounds(plan, found):
        for row, contender in zip(found.rows, contenders, strict=True):
            say(f"{name}: {contender.name}")
            row.figures.append(contender.measure(ground))
    return found
