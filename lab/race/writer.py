"""The one who changes things: a process of its own, obeying one JSON object a line.

    {"add": 100}                                    plans conferences        → {"added": 100}
    {"rate": 10, "seconds": 30, "seed": 1}          changes them at random   → {"began": …}, then {"changes": […]}
    {"stop": true}                                  ends that early
    {"clean": true}                                 cancels all it planned   → {"cleaned": true}

Started with the word `actions` it uses the monolith's own actions on its database, which costs the monolith's
web processes nothing; with `http` it is a client like any other.
"""

import importlib
import json
import random
import select
import sys
import time
from dataclasses import asdict
from typing import Any, Protocol

from lab.race.records import GONE, Change

CREATED, DELETED = 0.05, 0.05  # of all changes


class Backend(Protocol):
    """How a conference is planned, changed and cancelled."""

    def add(self) -> tuple[int, int, float]:
        """Its number, revision, and the time of that revision."""

    def change(self, conference: int, places: int) -> tuple[int, float]:
        """The new revision, and its time."""

    def delete(self, conference: int) -> None:
        """Gone for good."""


class Writer:
    """Works only on conferences that it planned itself. The seed fixes what is done, and the pauses between."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._own: list[int] = []  # the oldest first: that one is cancelled next, when everyone has long seen it

    def add(self, number: int) -> None:
        """Plan conferences, before a race."""
        self._own += [self._backend.add()[0] for _ in range(number)]

    def write(self, rate: float, seconds: float, seed: int) -> list[Change]:
        """`rate` changes a second on average, at random (Poisson), for `seconds` or until a line comes in."""
        chance = random.Random(seed)  # noqa: S311 - to be repeatable
        changes = []
        started = time.monotonic()
        due = chance.expovariate(rate)
        while due < seconds and not _told_to_stop(started + due - time.monotonic()):
            changes.append(self._once(chance))
            due += chance.expovariate(rate)
        if due >= seconds:
            time.sleep(max(0.0, started + seconds - time.monotonic()))
        return changes

    def clean(self) -> None:
        """Cancel everything that is left of what was planned."""
        while self._own:
            self._backend.delete(self._own.pop())

    def _once(self, chance: random.Random) -> Change:
        kind = chance.random()
        if kind < CREATED:
            pk, revision, at = self._backend.add()
            self._own.append(pk)
            return Change(at, pk, revision, "created")
        if kind < CREATED + DELETED and len(self._own) > 1:
            pk = self._own.pop(0)
            at = time.time()  # a row that is gone tells no time; this is a little early
            self._backend.delete(pk)
            return Change(at, pk, GONE, "deleted")
        pk = chance.choice(self._own)
        revision, at = self._backend.change(pk, chance.randrange(1, 1000))
        return Change(at, pk, revision, "changed")


def _told_to_stop(seconds: float) -> bool:
    """Wait for the next change, or for a line."""
    readable, _, _ = select.select([sys.stdin], [], [], max(0.0, seconds))
    return bool(readable)


def obey(writer: Writer) -> None:
    """Until the input ends."""
    for line in iter(
        sys.stdin.readline, ""
    ):  # not `for line in sys.stdin`: that reads ahead, and select would be blind
        match json.loads(line):
            case {"add": number}:
                writer.add(number)
                _say(added=number)
            case {"rate": rate, "seconds": seconds, "seed": seed}:
                _say(began=time.time())
                _say(changes=[asdict(change) for change in writer.write(rate, seconds, seed)], ended=time.time())
            case {"clean": True}:
                writer.clean()
                _say(cleaned=True)


def _say(**answer: Any) -> None:
    print(json.dumps(answer), flush=True)  # noqa: T201 - this is how it answers


if __name__ == "__main__":
    obey(Writer(importlib.import_module(f"lab.race.by_{sys.argv[1]}").backend()))
