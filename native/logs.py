"""The logs of all processes as one, in the order of time."""

import os
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from native import places

COLOURS = re.compile(r"\x1b\[[0-9;]*m")  # RabbitMQ writes some even where nobody sees them
TIME = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)[.,](\d{1,6})(?: ?([+-]\d\d:?\d\d))?")
PAUSE = 0.2  # seconds between two looks
ALWAYS = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, order=True)
class Line:
    """A line of a log, and when it was written: where it does not say so, when the line before it was."""

    when: datetime
    service: str = field(compare=False)
    text: str = field(compare=False)

    def __str__(self) -> str:
        return f"{self.service:29}| {self.text}"


def files(name: str = "") -> list[Path]:
    """The logs of a service, or of all."""
    folder = places.run_dir() / "logs"
    return sorted({*folder.glob(f"{name or '*'}.log"), *folder.glob(f"{name or '*'}_[0-9].log")})


def tail(name: str, lines: int = 20) -> str:
    """The end of a service's logs, indented."""
    ends = (line for file in files(name) for line in file.read_text(errors="replace").splitlines()[-lines:])
    return "".join(f"  {line}\n" for line in ends)


def last(name: str = "", lines: int = 20) -> list[Line]:
    """The end of each log."""
    return in_order(line for file in files(name) for line in read(file.stem, file.open(errors="replace"))[-lines:])


def follow(name: str = "") -> Iterator[Line]:
    """The end of each log, then what is added, without end. Logs that are begun meanwhile are found."""
    followed = {file: _Followed(file) for file in files(name)}
    yield from in_order(line for each in followed.values() for line in each.more()[-20:])
    while True:
        for file in files(name):
            followed.setdefault(file, _Followed(file))
        yield from in_order(line for each in followed.values() for line in each.more())
        time.sleep(PAUSE)


def in_order(lines: Iterable[Line]) -> list[Line]:
    """The lines as they were written; of those of one moment, each log's stay in their order."""
    return sorted(lines)


def read(service: str, written: Iterable[str], since: datetime = ALWAYS) -> list[Line]:
    """The lines, with their times; those that come before any time have `since`."""
    lines = []
    for text in (COLOURS.sub("", each.rstrip("\n")) for each in written):
        since = _time_of(text) or since
        lines.append(Line(since, service, text))
    return lines


def _time_of(text: str) -> datetime | None:
    """Everything is started with TZ=UTC; RabbitMQ says its offset all the same."""
    found = TIME.search(text[:60])
    if found is None:
        return None
    day, clock, fraction, offset = found.groups()
    return datetime.fromisoformat(f"{day}T{clock}.{fraction:0<6}{offset or '+00:00'}")


class _Followed:
    """A log that grows, and begins anew when it has become too long."""

    def __init__(self, file: Path) -> None:
        self._file, self._open, self._since = file, file.open(errors="replace"), ALWAYS
        self._rest = ""

    def more(self) -> list[Line]:
        """The whole lines that were added since the last call."""
        lines = self._lines(self._open)
        if self._file.exists() and self._file.stat().st_ino != os.fstat(self._open.fileno()).st_ino:
            self._open.close()
            self._open = self._file.open(errors="replace")
            lines += self._lines(self._open)
        return lines

    def _lines(self, log: TextIO) -> list[Line]:
        *whole, self._rest = (self._rest + log.read()).split("\n")
        lines = read(self._file.stem, whole, self._since)
        self._since = lines[-1].when if lines else self._since
        return lines
