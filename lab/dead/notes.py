"""Who replayed or discarded which dead letter, and why."""

import logging
import time
from collections import deque
from dataclasses import dataclass
from uuid import UUID

from lab.feed.watching import FEED

log = logging.getLogger(__name__)
KEPT = 1000


@dataclass(frozen=True)
class Note:
    """What somebody did with one dead letter."""

    at: float  # seconds since 1970
    who: str
    verb: str  # replayed, discarded, put back
    message: str
    type: str
    owner: str
    why: str


class Notes:
    """The newest. They stand in the log of the lab's process for good, and on /log/ beside what else happened."""

    def __init__(self) -> None:
        self._notes: deque[Note] = deque(maxlen=KEPT)

    def add(self, who: str, verb: str, message: str, type: str, owner: str, why: str = "") -> None:
        """Note it."""
        self._notes.append(Note(time.time(), who, verb, message, type, owner, why))
        log.warning("%s %s dead letter %s %s of %s%s", who, verb, type, message, owner, f": {why}" if why else "")
        FEED.record.add("dead", who, message, verb=verb, type=type, owner=owner, why=why)

    def newest(self, most: int = 20) -> list[Note]:
        """The newest first."""
        return list(self._notes)[: -most - 1 : -1]

    def discarded(self, since: UUID) -> int:
        """How many messages made since this id were discarded, and not put back."""
        last = {note.message: note.verb for note in self._notes}
        return sum(verb == "discarded" and _is_since(message, since) for message, verb in last.items())


def _is_since(message: str, since: UUID) -> bool:
    try:
        return UUID(message).version == 7 and UUID(message) >= since
    except ValueError:
        return False


NOTES = Notes()
