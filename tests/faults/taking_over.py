"""How long it took until another one did what a machine that vanished had to do."""

import time
from collections.abc import Callable

from tests.faults.patience import until

BAR = 15  # seconds that a row of the report may show
LONGEST = 60  # seconds that are waited for it


def seconds_until(condition: Callable[[], object], since: float | None = None) -> float | None:
    """The seconds from now, or from that time.monotonic(), until `condition` became true; None if it did not."""
    began = since or time.monotonic()
    return time.monotonic() - began if until(condition, LONGEST) else None


def taken_over(seconds: float | None, after: str = "") -> str:
    """The proof of a row: empty where nobody took over. The bar is for the reader: a slow machine fails no test."""
    if seconds is None:
        return ""
    missed = "" if seconds <= BAR else f", later than {BAR} s"
    return f"taken over after {seconds:.1f} s{after}{missed}"
