"""What an experiment is, and what comes out of one."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lab.experiments.ground import Ground

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Bar:
    """One figure. Those of one unit are drawn beside each other."""

    label: str
    value: float
    unit: str


@dataclass(frozen=True)
class Measured:
    """What was measured, whether the claim holds, and both in one sentence."""

    bars: tuple[Bar, ...]
    holds: bool
    sentence: str


@dataclass(frozen=True)
class Code:
    """Lines that the explanation speaks of: a file of this project, and how the first of them begins."""

    file: str
    begins: str

    @property
    def line(self) -> int:
        """Its number, from 1. Raises ValueError where the code has moved on."""
        found = re.search(rf"^\s*{re.escape(self.begins)}", self.text, re.MULTILINE)
        if found is None:
            raise ValueError(f"{self.file} has no line that begins with {self.begins!r}")
        return self.text.count("\n", 0, found.end()) + 1

    @property
    def text(self) -> str:
        """The whole file."""
        return (ROOT / self.file).read_text()

    @property
    def shown(self) -> str:
        """The line and some after it."""
        return "\n".join(self.text.splitlines()[self.line - 1 : self.line + 11])


@dataclass(frozen=True)
class Experiment:
    """A claim, the question that is asked before it is shown, what is run, and why it comes out so.

    `run` gets the ground to work on, and whether the safeguard is on; without it, the claim must not hold.
    """

    name: str
    title: str
    claim: str
    question: str
    choices: tuple[str, ...]
    answer: int  # the place of the right choice
    safeguard: str
    explanation: tuple[str, str]
    code: tuple[Code, ...]
    run: Callable[[Ground], Measured]
    needs_database: bool = False
