"""Takes turns: each contender once, then each once more. What disturbs the machine for a while disturbs all alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.findings import Row
from benchmarks.ground import Ground

Say = Callable[[str], None]


@dataclass(frozen=True)
class Contender:
    """A way to do the job. `measure` does it once, in fresh processes, and returns the figure."""

    name: str
    measure: Callable[[Ground], float]
    gives_up: str = ""
    is_limit: bool = False


def take_turns(contenders: Sequence[Contender], ground: Ground, rounds: int, say: Say) -> list[Row]:
    """So many figures of each."""
    rows = [Row(each.name, [], each.gives_up, each.is_limit) for each in contenders]
    for number in range(rounds):
        for row, contender in zip(rows, contenders, strict=True):
            say(f"round {number + 1} of {rounds}: {contender.name}")
            row.figures.append(contender.measure(ground))
    return rows
