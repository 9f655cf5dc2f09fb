"""Waiting for something to become true, but not for ever."""

import os
import time
from collections.abc import Callable

PATIENCE = float(os.environ.get("FAULTS_PATIENCE") or 1)  # how many times slower than usual this machine may be


def until(condition: Callable[[], object], seconds: float = 15, every: float = 0.1) -> bool:
    """Whether `condition` became true within `seconds`, times PATIENCE."""
    deadline = time.monotonic() + PATIENCE * seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True
