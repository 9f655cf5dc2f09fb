"""How many messages each consumer holds unacknowledged, without waiting for the broker's statistics.

The broker counts what is unacknowledged about a second late, and tells the management API another second later. What
was seen is known at once: a delivery adds a message; what its consumer says it has handled, or publishes to a retry
queue or the dead letters, takes it away; and so does the end of the connection, for all of it goes back to its queue.
What was delivered before anybody looked is known from the broker alone, so its figure is taken whenever a consumer
has been quiet for long enough that both must tell the same.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Mapping

from lab.feed.record import Event, Record

QUIET = 3.0  # seconds after which the broker's figure tells of all that was seen
PARKING = " parking"  # how the connection is called on which a consumer publishes what it could not handle


class Held:
    """Follows the record. Any thread may ask."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._last = 0
        self._seen: defaultdict[str, list[str]] = defaultdict(list)  # by client: messages that were delivered to it
        self._unseen: defaultdict[str, int] = defaultdict(int)  # by client: how many others the broker counts
        self._moved: dict[str, float] = {}  # by client: when something was seen of it last, by the monotonic clock
        self._lock = threading.Lock()

    def by_client(self, told: Mapping[str, int]) -> dict[str, int]:
        """For each client in `told`, which has the broker's figures, how many messages it holds now."""
        with self._lock:
            for event in self._record.since(self._last):
                self._last = event.n
                self._take(event)
            quiet_since = time.monotonic() - QUIET
            for client in [each for each in told if self._moved.get(each, 0) < quiet_since]:
                self._believe(client, told[client])
            return {client: len(self._seen[client]) + self._unseen[client] for client in told}

    def _take(self, event: Event) -> None:
        client = event.where
        if event.kind == "deliver":
            self._seen[client].append(event.message)
        elif event.kind == "done":
            self._let_go(client, event.message)
        elif event.kind == "publish" and client.endswith(PARKING):
            client = client.removesuffix(PARKING)
            self._let_go(client, event.message)
        elif event.kind == "connection.closed":
            self._seen.pop(client, None)
            self._unseen.pop(client, None)
        elif event.kind == "broker":  # it went or came back: nobody holds anything over that
            for client in {*self._seen, *self._unseen}:
                self._moved[client] = time.monotonic()
            self._seen.clear()
            self._unseen.clear()
        else:
            return
        self._moved[client] = time.monotonic()

    def _let_go(self, client: str, message: str) -> None:
        if message in self._seen[client]:
            self._seen[client].remove(message)
        else:
            self._unseen[client] = max(0, self._unseen[client] - 1)

    def _believe(self, client: str, count: int) -> None:
        """The broker's figure; what was seen beyond that was let go of, and nobody told."""
        seen = self._seen[client]
        del seen[: max(0, len(seen) - count)]
        self._unseen[client] = count - len(seen)
