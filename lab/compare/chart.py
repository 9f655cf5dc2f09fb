"""The history as a picture: how late each arrival was, over the last five minutes."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

from lab.compare.arrivals import WINDOW, Arrival

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 1000, 260, 90, 16, 14, 40
LEAST, MOST = 1.0, 60_000.0  # milliseconds
MARKS = ((1, "1 ms"), (10, "10 ms"), (100, "100 ms"), (1000, "1 s"), (10_000, "10 s"), (60_000, "1 min"))


@dataclass(frozen=True)
class Mark:
    """Something at a height of the picture."""

    x: float
    y: float
    words: str
    kind: str = ""


def points(arrivals: Sequence[Arrival]) -> list[Mark]:
    """A mark for each arrival."""
    now = time.time()
    return [Mark(_x(now - each.at), height(each.ms), f"{each.way}: {each.ms:.0f} ms", each.way) for each in arrivals]


def lines() -> list[Mark]:
    """The scale, which is logarithmic: the one is a thousand times the other."""
    return [Mark(LEFT, height(ms), words) for ms, words in MARKS]


def height(ms: float) -> float:
    """Where so many milliseconds are."""
    share = math.log(min(max(ms, LEAST), MOST) / LEAST) / math.log(MOST / LEAST)
    return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP)


def _x(age: float) -> float:
    return WIDTH - RIGHT - min(age, WINDOW) / WINDOW * (WIDTH - RIGHT - LEFT)
