"""Waiting for something to become true, but not for ever."""

import time
from collections.abc import Callable


def until(condition: Callable[[], object], seconds: float = 15, every: float = 0.1) -> bool:
    """Whether `condition` became true within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True
