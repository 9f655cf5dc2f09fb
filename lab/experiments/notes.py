"""What processes write down while they work: it is there also when they are killed."""

import json
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Notes:
    """A file that every process adds lines to, each in one call, so that none is torn."""

    def __init__(self) -> None:
        made, name = tempfile.mkstemp(prefix="cogo-notes-")
        os.close(made)
        self._path = Path(name)
        self._fd = os.open(self._path, os.O_WRONLY | os.O_APPEND)

    def add(self, kind: str, **facts: Any) -> None:
        """Write a note down, with the time in seconds."""
        line = json.dumps({"kind": kind, "at": time.time(), **facts}) + "\n"
        os.write(self._fd, line.encode())

    def of(self, kind: str, **facts: Any) -> list[dict[str, Any]]:
        """The notes of this kind with these facts, in the order in which they were written."""
        return [each for each in self._all() if each["kind"] == kind and facts.items() <= each.items()]

    def close(self) -> None:
        """Remove the file."""
        os.close(self._fd)
        self._path.unlink()

    def _all(self) -> Iterator[dict[str, Any]]:
        for line in self._path.read_bytes().splitlines(keepends=True):
            if line.endswith(b"\n"):
                yield json.loads(line)
