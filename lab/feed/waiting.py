"""How long the first message of each queue has been waiting: reckoned from what was seen to arrive and to leave."""

import time
from collections import OrderedDict, defaultdict

MOST = 5000  # messages of a queue that are remembered


class Waiting:
    """Arrivals that have not been delivered yet, by queue. A quorum queue itself does not say."""

    def __init__(self) -> None:
        self._arrived: defaultdict[str, OrderedDict[str, float]] = defaultdict(OrderedDict)
        self._seen_since: dict[str, float] = {}

    def arrived(self, queue: str, message: str, at: float) -> None:
        """A message was routed to the queue."""
        waiting = self._arrived[queue]
        waiting[message] = at
        if len(waiting) > MOST:
            waiting.popitem(last=False)

    def left(self, queue: str, message: str) -> None:
        """It was handed to a consumer."""
        self._arrived[queue].pop(message, None)

    def forget(self) -> None:
        """What arrived may have left unseen."""
        self._arrived.clear()

    def oldest(self, queue: str, ready: int) -> float | None:
        """Seconds for which the first has been waiting, at least; None in an empty queue."""
        if not ready:
            self._seen_since.pop(queue, None)
            self._arrived[queue].clear()
            return None
        noticed = self._seen_since.setdefault(queue, time.time())
        return time.time() - next(iter(self._arrived[queue].values()), noticed)
