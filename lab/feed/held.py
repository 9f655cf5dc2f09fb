"""How many messages each consumer holds unacknowledged, without waiting for the broker's statistics.

The broker counts what is unacknowledged, and tells the management API, up to five seconds late. What
was seen is known at once: a delivery adds a message; what its consumer says it has handled, or publishes to a retry
queue or the dead letters, takes it away; and so does the end of the connection, for all of it goes back to its queue.

What was delivered before anybody looked is known from the broker alone, and what a consumer did not say is never known.
So the broker is believed about whatever is older than its lateness: of what was seen to be delivered before then, no
more is held than it counts; and where nothing has moved since then, no less either.
"""

import threading
import time
from collections import defaultdict, deque
from collections.abc import Mapping

from lab.board.layout import EFFECTS, service
from lab.feed.record import Event, Record

LATE = 8.0  # seconds after which the broker's figure tells of all that was seen
FAILURES = " failures"  # how the connection is called on which a consumer publishes what it could not handle


class Held:
    """Follows the record. Any thread may ask."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._last = 0
        self._seen: defaultdict[str, deque[tuple[float, str]]] = defaultdict(deque)  # delivered when, and which
        self._unseen: defaultdict[str, int] = defaultdict(int)  # how many others the broker counts
        self._moved: dict[str, float] = {}  # by client: when something was seen of it last
        self._lock = threading.Lock()

    def by_client(self, told: Mapping[str, int]) -> dict[str, int]:
        """For each client in `told`, which has the broker's figures, how many messages it holds now. Of those that
        are none of our services, which do not say what they have handled, it is the broker's figure."""
        with self._lock:
            for event in self._record.since(self._last):
                self._last = event.n
                self._take(event)
            long_ago = time.time() - LATE
            return {
                client: self._count(client, count, long_ago) if service(client) in EFFECTS else count
                for client, count in told.items()
            }

    def _count(self, client: str, told: int, long_ago: float) -> int:
        seen = self._seen[client]
        old = sum(at <= long_ago for at, _ in seen)
        for _ in range(old - told):
            seen.popleft()
        unseen = max(0, told - len(seen)) if self._moved.get(client, 0) <= long_ago else min(self._unseen[client], told)
        self._unseen[client] = unseen
        return len(seen) + unseen

    def _take(self, event: Event) -> None:
        client = event.where.removesuffix(FAILURES)
        if event.kind == "broker":  # it went or came back: nobody holds anything over that
            for each in {*self._seen, *self._unseen}:
                self._forget(each, event.at)
        elif service(client) not in EFFECTS:
            return
        elif event.kind == "deliver":
            self._seen[client].append((event.at, event.message))
            self._moved[client] = event.at
        elif event.kind == "done" or (event.kind == "publish" and event.where.endswith(FAILURES)):
            self._let_go(client, event.message)
            self._moved[client] = event.at
        elif event.kind == "connection.closed" and client == event.where:
            self._forget(client, event.at)

    def _let_go(self, client: str, message: str) -> None:
        seen = self._seen[client]
        for place, (_, each) in enumerate(seen):
            if each == message:
                del seen[place]
                return
        self._unseen[client] = max(0, self._unseen[client] - 1)

    def _forget(self, client: str, at: float) -> None:
        self._seen.pop(client, None)
        self._unseen.pop(client, None)
        self._moved[client] = at
