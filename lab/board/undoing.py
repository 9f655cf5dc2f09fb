"""Whatever a button broke can be undone, and heals by itself after a minute; also when the lab is stopped."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

log = logging.getLogger(__name__)
HEALS_AFTER = 60.0  # seconds
AGAIN = 5.0  # seconds to the next try, where it did not heal


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
    timer = threading.Timer(HEALS_AFTER, _heal, [number]) if heals else None
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
    """Undo it now, once; None when it was. Raises what keeps it from being undone: then it still can be, later."""
    with _lock:
        found = _open.pop(number, None)
    if found is not None:
        try:
            found.work()
        except Exception:
            with _lock:
                _open[number] = found
            raise
        if found.timer:
            found.timer.cancel()
    return found


def _heal(number: int) -> None:
    """Undo it, trying until it worked: a timer has nobody to raise to."""
    try:
        undo(number)
    except Exception as error:  # noqa: BLE001 - whatever it was, it must be tried again
        log.warning("what was broken does not heal yet, trying again: %s", error)
        again = threading.Timer(AGAIN, _heal, [number])
        again.daemon = True
        again.start()


def pending() -> list[str]:
    """What is broken now, and when it heals, in words."""
    with _lock:
        broken = [each for each in _open.values() if each.timer]
    return [f"{each.words} (by itself in {max(0.0, each.due - time.monotonic()):.0f} s)" for each in broken]


def undo_all(only_broken: bool = False) -> int:
    """Undo everything that still can be; how many that were. What cannot be undone now is left, and heals later."""
    numbers = [each.number for each in list(_open.values()) if each.timer or not only_broken]
    undone = 0
    for number in sorted(numbers, reverse=True):
        try:
            undone += undo(number) is not None
        except Exception as error:  # noqa: BLE001 - the others shall be whole again all the same
            log.warning("could not be undone: %s", error)
    return undone
