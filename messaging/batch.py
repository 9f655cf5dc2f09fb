"""What becomes of published messages."""

import threading
from collections.abc import Sequence
from enum import Enum
from uuid import UUID

from messaging import metrics
from messaging.message import Wire


class Outcome(Enum):
    """What became of a published message."""

    CONFIRMED = "confirmed"  # the broker has it on disk, in at least one queue
    RETURNED = "no queue is bound for it"
    REFUSED = "the broker refused it"
    UNKNOWN = "the connection was lost before the broker answered"


PUBLISHED = {outcome: metrics.PUBLISHED.labels(outcome.name.lower()) for outcome in Outcome}


class Batch:
    """Messages on their way; `wait` says what became of each."""

    def __init__(self, wires: Sequence[Wire]) -> None:
        self.wires = wires
        self.outcomes: dict[UUID, Outcome] = {}
        self._done = threading.Event()
        if not wires:
            self._done.set()

    @property
    def is_settled(self) -> bool:
        """Whether all of them were answered for."""
        return self._done.is_set()

    def wait(self, seconds: float) -> dict[UUID, Outcome]:
        """The outcome of each message by its id; what was not answered in time is UNKNOWN."""
        self._done.wait(seconds)
        return {wire.id: self.outcomes.get(wire.id, Outcome.UNKNOWN) for wire in self.wires}

    def settle(self, wire: Wire, outcome: Outcome) -> None:
        """Note an outcome. A returned message is confirmed as well: the first word counts."""
        PUBLISHED[outcome].inc()
        self.outcomes.setdefault(wire.id, outcome)
        if len(self.outcomes) == len(self.wires):
            self._done.set()
