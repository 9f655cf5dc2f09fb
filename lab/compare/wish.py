"""How the poller is wished to poll; it hears of it with each answer to what it tells."""

from dataclasses import dataclass
from typing import Any

MODES = ("full", "etag", "delta")
SHORTEST, LONGEST = 1, 30  # seconds


@dataclass
class Wish:
    """Nothing until somebody chose: the poller's own settings hold then."""

    mode: str = ""
    interval: float = 0

    def choose(self, mode: str, interval: float) -> None:
        """Raises ValueError, with words, for what the poller would not take."""
        if mode not in MODES or not SHORTEST <= interval <= LONGEST:
            raise ValueError(f"a mode of {', '.join(MODES)}, and {SHORTEST} to {LONGEST} seconds")
        self.mode, self.interval = mode, interval

    def forget(self) -> None:
        """The poller's own settings hold again."""
        self.mode, self.interval = "", 0

    def as_dict(self) -> dict[str, Any] | None:
        """For the poller; None where it may do as it is set."""
        return {"mode": self.mode, "interval": self.interval} if self.mode else None


WISH = Wish()
