"""Messages that are published together, and what became of each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from messaging import metrics
from messaging.message import Wire


class Outcome(Enum):
    """What became of a published message."""

    CONFIRMED = "confirmed"  # the broker has it on disk, in at least one queue
    RETURNED = "no queue is bound for it"
    REFUSED = "the broker refused it"
    UNSENDABLE = "it cannot be written as AMQP"
    UNKNOWN = "the connection was lost before the broker answered"


PUBLISHED = {outcome: metrics.PUBLISHED.labels(outcome.name.lower()) for outcome in Outcome}


@dataclass
class Batch:
    """Messages on their way, and what became of those for which the broker has answered."""

    wires: Sequence[Wire]
    outcomes: dict[int, Outcome] = field(default_factory=dict)  # by place: nobody promises that ids differ

    @property
    def is_settled(self) -> bool:
        """Whether all of them were answered for."""
        return len(self.outcomes) == len(self.wires)

    def settle(self, place: int, outcome: Outcome) -> None:
        """This became of the message at `place`; it is counted."""
        self.outcomes[place] = outcome
        PUBLISHED[outcome].inc()
