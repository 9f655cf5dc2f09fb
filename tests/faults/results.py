"""One line per fault, for the table at the end of a run."""

from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from typing import ClassVar, Self

from tests.faults.checker import Verdict
from tests.faults.driver import Load
from tests.faults.patience import PATIENCE


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
            parked=len(verdict.parked),
            seconds=f"{seconds:.1f}",
            p99_ms=f"{load.slowest_percent():.0f}",
            kept="no" if verdict.complaints else "yes",
            proof=proof,
        )
        cls.table.append(line)
        return line


notes: list[str] = []  # other tables of this run


def report(lines: list[Result], programs: str, seed: int, earlier: str = "") -> str:
    """The tables as a page, with what it takes to repeat them. Rows of the `earlier` page stay that have no successor:
    so the suite may be run in pieces."""
    rows = {line.fault: line for line in [*_rows(earlier), *lines]}
    return (
        f"# What faults came to\n\nWritten by the fault suite, last on {datetime.now(UTC):%Y-%m-%d}, with {programs}, "
        f"FAULTS_SEED={seed}, FAULTS_PATIENCE={PATIENCE:g}.\n\n{as_markdown(list(rows.values()))}\n"
    )


def _rows(page: str) -> Iterator[Result]:
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == len(fields(Result)) and cells[0] != "fault" and cells[0].strip("-"):
            yield Result(*cells)


def as_markdown(lines: list[Result]) -> str:
    """The table, aligned, and the others."""
    names = [field.name.replace("_", " ") for field in fields(Result)]
    rows = [names, *[[str(value) for value in astuple(line)] for line in lines]]
    return "\n\n".join([aligned(rows), *notes])


def aligned(rows: list[list[str]]) -> str:
    """A table of Markdown, its first row the heading."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    written = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    return "\n".join([written[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *written[1:]])
