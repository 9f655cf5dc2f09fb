"""How long the oldest pending row has waited, whatever the database's clock does meanwhile."""

import time


class Age:
    """Told regularly which row is the oldest. It believes the clock as far as that fits what it saw before: the same
    row ages as this process does, and a row behind it, or one that came where none was, is younger."""

    def __init__(self) -> None:
        self._id: int | None = None
        self._since = float("-inf")  # of time.monotonic(): before, there was no row that is pending now

    def look(self, id_: int | None, by_the_clock: float) -> float:
        """Seconds that the row `id_` has waited, which the clock says of it; 0 without a row."""
        now = time.monotonic()
        if id_ is None:
            self._since = now
        elif id_ != self._id:
            self._since = max(self._since, now - by_the_clock)
        self._id = id_
        return now - self._since
