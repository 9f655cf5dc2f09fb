"""How many messages are seen: each of up to 50 a second, and of more a sample.

Traces cost the broker and the lab more than the messages themselves. So when more come for some seconds than can be
shown, the broker is told to stop tracing; and every few seconds to go on for a moment, to see whether they still do.
"""

import time

MESSAGES = 50  # a second, each of which is seen
TRACES = 3 * MESSAGES  # a second: one when it is published, one for each consumer that it is handed to
BURST = 600  # traces: a hundred approvals at once and what comes of them are seen whole
FIRST = 30  # traces of a sample, after which it is known whether there are still too many
REST = 2.0  # seconds between two samples
LONGEST = 12.0  # seconds; the rest is the longer, the more traces came before the broker had stopped
SURE = 1.0  # seconds of a sample, after which all are known to be seen again
LATE = 200  # traces that came too late, for each second that the rest is longer


class Sample:
    """Counts traces. Used by the thread that takes them; any thread may ask whether it rests."""

    def __init__(self) -> None:
        self._left = float(BURST)
        self._counted_at = time.monotonic()
        self._rests_since: float | None = None
        self._late = 0
        self._sampled_until = 0.0

    @property
    def rests(self) -> bool:
        """Whether no traces are wanted now."""
        return self._rests_since is not None

    @property
    def is_all(self) -> bool:
        """Whether every message is seen: neither does it rest, nor did it a moment ago."""
        return not self.rests and time.monotonic() > self._sampled_until

    def take(self) -> bool:
        """Whether the trace that came just now is to be looked at; if not, there are too many, and it rests."""
        if self.rests:
            self._late += 1
            return False
        now = time.monotonic()
        self._left = min(float(BURST), self._left + (now - self._counted_at) * TRACES) - 1
        self._counted_at = now
        if self._left < 0:
            self._rests_since, self._late = now, 0
        return not self.rests

    def left_out(self, number: int) -> None:
        """So many were not even taken out of their queue."""
        self._late += number

    def go_on(self) -> None:
        """End the rest, if it was long enough."""
        now = time.monotonic()
        if self._rests_since is not None and now > self._rests_since + min(LONGEST, REST + self._late / LATE):
            self._rests_since, self._left, self._counted_at = None, float(FIRST), now
            self._sampled_until = now + SURE
