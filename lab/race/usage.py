"""What the monolith itself says polls have cost it."""

from dataclasses import dataclass

import requests

A_DAY = 24 * 60  # minutes: all that the bill keeps


@dataclass(frozen=True)
class Usage:
    """Polls answered so far, and the SQL statements for that."""

    polls: int = 0
    queries: int = 0

    def __sub__(self, earlier: "Usage") -> "Usage":
        return Usage(self.polls - earlier.polls, self.queries - earlier.queries)

    @property
    def queries_per_poll(self) -> float | None:
        """None without a poll."""
        return self.queries / self.polls if self.polls else None


def usage_of(monolith_url: str) -> Usage:
    """Up to a second late. Raises requests.RequestException."""
    answer = requests.get(f"{monolith_url}/api/bill/", params={"minutes": A_DAY}, timeout=10)
    answer.raise_for_status()
    polls = [minute["polls"] for minute in answer.json()["minutes"]]
    return Usage(sum(each["requests"] for each in polls), sum(each["queries"] for each in polls))
