"""Which message has the broker close the channel: it says why, and not of which.

The relay sends ever fewer at a time, as a consumer does with a batch, until the bad one is alone on its way.
"""

import logging

from messaging.outbox.pending import Row

log = logging.getLogger(__name__)


class Suspects:
    """How many rows may go together, and which of them have closed a channel before."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: set[int] = set()
        self.together = most  # rows that may be on their way at once, in a batch

    def __bool__(self) -> bool:
        """Whether a bad one is being looked for."""
        return self.together < self._most

    def closed(self, unanswered: list[Row], why: str) -> Row | None:
        """The broker closed the channel over one of these: it, if that is certain; otherwise fewer go together."""
        if len(unanswered) == 1:
            return unanswered[0]
        self.together = max(1, min(self.together, len(unanswered)) // 2)
        log.warning(
            "RabbitMQ closed the channel over one of %d messages (%s); sending %d at a time to find out which",
            len(unanswered),
            why,
            self.together,
        )
        return None

    def went_well(self) -> None:
        """A batch was answered for: twice as many may go together, until all may."""
        self.together = min(self._most, 2 * self.together)

    def remember(self, rows: list[Row]) -> None:
        """These are bad until they are sent, and go alone, so that they close no channel on others."""
        self._known.update(row.id for row in rows)

    def choose(self, rows: list[Row], is_alone: bool) -> list[Row]:
        """Those to send now: a known one if nothing else is on its way, nothing while it waits for that."""
        known = [row for row in rows if row.id in self._known] if self._known else []
        if not known:
            return rows
        if is_alone:
            self._known.discard(known[0].id)  # if it is still bad, it is known again soon
            return known[:1]
        return []
