"""What a relay does beside sending: it deletes old rows, and reports how many wait."""

import time

from messaging import metrics, observing
from messaging.outbox.age import Age
from messaging.outbox.forgetting import Forgetting
from messaging.outbox.rows import oldest
from messaging.outbox.signals import maintained

INTERVAL = 10.0  # seconds between two looks at how much there is
OBSERVING_INTERVAL = 1.0  # seconds between two while somebody watches the lab


class Maintenance:
    """Deletes one batch of old rows for each batch sent, so the table keeps its size. `run` is called between sends."""

    def __init__(self, batch: int) -> None:
        """`batch`: how many rows are looked at together."""
        self._batch = batch
        self._age = Age()
        self._forgetting = Forgetting()
        self._done = self._observed = 0.0
        self._not_made_up_for = 0  # rows that were sent since old ones were deleted

    def sent(self, number: int) -> None:
        """So many rows more were sent."""
        self._not_made_up_for += number

    def run(self) -> None:
        """Do what is due now."""
        self._tell_who_watches()
        is_due = time.monotonic() > self._done + INTERVAL
        if is_due or self._not_made_up_for >= self._batch:
            self._not_made_up_for = 0
            self._forgetting.forget_sent(self._batch)
        if is_due:
            self._done = time.monotonic()
            rows, seconds = self._backlog()
            metrics.OUTBOX_PENDING.set(rows)
            metrics.OUTBOX_OLDEST_SECONDS.set(seconds)
            maintained.send(type(self))

    def _tell_who_watches(self) -> None:
        if observing.observer.is_watched() and time.monotonic() > self._observed + OBSERVING_INTERVAL:
            self._observed = time.monotonic()
            rows, seconds = self._backlog()
            observing.observer.tell("outbox", waiting=rows, oldest=round(seconds, 1))

    def _backlog(self) -> tuple[int, float]:
        """As `rows.backlog`, whatever the database's clock does."""
        rows, id_, seconds = oldest()
        return rows, self._age.look(id_, seconds)
