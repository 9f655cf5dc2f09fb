"""Whatever a button broke can be undone, and heals by itself after a minute; also when the lab is stopped."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

log = logging.getLogger(__name__)
HEALS_AFTER = 60.0  # seconds


@dataclass(frozen=True)
class Undo:
    """How to undo a deed."""

    number: int
    words: str
    work: Callable[[], object]
    timer: threading.Timer | None
    due: float  # when it heals by itself, by the monotonic clock


_numbers = count(1)
_open: dict[int, Undo] = {}
_lock = threading.Lock()


def offer(words: str, work: Callable[[], object], heals: bool) -> Undo:
    """Something that can be undone; with `heals`, it is after HEALS_AFTER seconds."""
    number = next(_numbers)
    timer = threading.Timer(HEALS_AFTER, undo, [number]) if heals else None
    found = Undo(number, words, work, timer, time.monotonic() + HEALS_AFTER)
    with _lock:
        _open[number] = found
        for old in [each for each in _open if each <= number - 50 and _open[each].timer is None]:
            del _open[old]
    if timer:
        timer.daemon = True
        timer.start()
    return found


def undo(number: int) -> Undo | None:
    """Undo it now, once; None when it was."""
    with _lock:
        found = _open.pop(number, None)
    if found is not None:
        if found.timer:
            found.timer.cancel()
        try:
            found.work()
        except Exception as error:  # noqa: BLE001 - a timer has nobody to raise to; the next one must run
            log.warning("could not undo %r: %s", found.words, error)
    return found


def pending() -> list[str]:
    """What is broken now, and when it heals, in words."""
    with _lock:
        broken = [each for each in _open.values() if each.timer]
    return [f"{each.words} (by itself in {max(0.0, each.due - time.monotonic()):.0f} s)" for each in broken]


def undo_all(only_broken: bool = False) -> int:
    """Undo everything that still can be; how many that were."""
    numbers = [each.number for each in list(_open.values()) if each.timer or not only_broken]
    return sum(undo(number) is not None for number in sorted(numbers, reverse=True))
