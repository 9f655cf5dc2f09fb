"""The rows that a relay has sent, for which the broker has not answered yet."""

import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from messaging.batch import Batch, Outcome
from messaging.outbox.pending import Row


@dataclass
class Flight:
    """Rows that were sent together, and the batch that carries them."""

    rows: list[Row]
    batch: Batch
    holds_back: bool = False  # there may be rows that must not be sent before these are settled
    sent: float = field(default_factory=time.monotonic)


class InFlight(deque[Flight]):
    """All that is on its way, in the order in which it was sent."""

    @property
    def number_of_rows(self) -> int:
        """How many rows that is."""
        return sum(len(flight.rows) for flight in self)

    @property
    def subjects(self) -> set[str]:
        """What these rows are about."""
        return {row.subject for flight in self for row in flight.rows}

    def take_settled(self) -> Iterator[Flight]:
        """Take out, one by one, the flights for which the broker has answered. Stops at the first that it has not."""
        while self and self[0].batch.is_settled:
            yield self.popleft()

    def give_up(self) -> tuple[list[Row], list[Row]]:
        """Take out all, as the channel is closed: the rows that were confirmed, and those of which nobody knows."""
        confirmed, unanswered = [], []
        for flight in self:
            for place, row in enumerate(flight.rows):
                if flight.batch.outcomes.get(place) is Outcome.CONFIRMED:
                    confirmed.append(row)
                elif place not in flight.batch.outcomes:
                    unanswered.append(row)
        self.clear()
        return confirmed, unanswered
