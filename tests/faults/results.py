"""One line per fault, for the table at the end of a run."""

from dataclasses import astuple, dataclass, fields
from typing import ClassVar, Self

from tests.faults.checker import Verdict
from tests.faults.driver import Load


@dataclass(frozen=True)
class Result:
    """What a load under one fault came to."""

    fault: str
    attempted: int
    unknown: int
    committed: int
    delivered: int
    lost: int
    doubled: int
    ambiguous: int
    parked: int
    seconds: str  # from the end of the fault until all was where it belongs
    p99_ms: str  # of a decision or account change, while the fault lasted
    kept: str
    proof: str

    table: ClassVar[list["Result"]] = []

    @classmethod
    def of(cls, fault: str, load: Load, verdict: Verdict, seconds: float, proof: str, seed: int) -> Self:
        """The line, also added to `table`."""
        line = cls(
            fault=fault,
            attempted=load.attempted,
            unknown=load.unknown,
            committed=len(verdict.committed),
            delivered=verdict.delivered,
            lost=len(verdict.lost),
            doubled=len(verdict.doubled),
            ambiguous=len(verdict.ambiguous),
            parked=verdict.parked,
            seconds=f"{seconds:.1f}",
            p99_ms=f"{load.slowest_percent():.0f}",
            kept="no" if verdict.complaints else "yes",
            proof=proof,
        )
        cls.table.append(line)
        return line


def as_markdown(lines: list[Result]) -> str:
    """The table, aligned."""
    names = [field.name.replace("_", " ") for field in fields(Result)]
    rows = [names, *[[str(value) for value in astuple(line)] for line in lines]]
    widths = [max(len(row[column]) for row in rows) for column in range(len(names))]
    written = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    return "\n".join([written[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *written[1:]])
