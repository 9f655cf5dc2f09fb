"""How long to wait before trying again."""

import random


class Backoff:
    """Growing waits with full jitter: many processes that lost the same server do not return in step.

    Source of the method: "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
    """

    def __init__(self, first: float = 0.5, most: float = 5.0) -> None:
        self._first = first
        self._most = most
        self._failures = 0

    def next(self) -> float:
        """Seconds to wait after one more failure; never less than a tenth of `first`."""
        ceiling = min(self._most, self._first * 2**self._failures)
        self._failures = min(self._failures + 1, 16)
        return random.uniform(self._first / 10, ceiling)  # noqa: S311 - not a secret

    def reset(self) -> None:
        """It worked: the next failure starts small again."""
        self._failures = 0
