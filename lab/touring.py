"""What the scenes of the tour have in common: offer presentations, decide about them, count the letters."""

import secrets
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from lab.clients import Api, NotSeen, wait_until
from lab.mailroom import ReceivedLetter, letters_to
from lab.stack import Stack

Line = tuple[str, str, str, str]
Presentation = dict[str, str]


@dataclass
class Tour:
    """What the scenes share: the APIs, the stack, and a name for this run that no other run has."""

    stack: Stack
    monolith: Api
    attendees: Api
    say: Callable[[str], None]
    name: str = field(default_factory=lambda: secrets.token_hex(3))


def offer(tour: Tour, number: int, about: str) -> list[Presentation]:
    """Offer so many presentations to the first conference."""
    conference = tour.monolith.get("/api/conferences/")["conferences"][0]
    return [
        tour.monolith.post(
            f"{conference['href']}presentations/",
            presenter_name="Tour Presenter",
            presenter_email=f"{about}-{n}-{tour.name}@example.com",
            title=f"Talk {n} of tour {tour.name}",
            synopsis="What we saw on the way.",
        )
        for n in range(number)
    ]


def decide(tour: Tour, presentation: Presentation, verb: str) -> float:
    """Approve or reject it; how many seconds the answer took."""
    started = time.perf_counter()
    tour.monolith.put(f"{presentation['href']}{verb}/")
    return time.perf_counter() - started


def letters_about(tour: Tour, presentations: list[Presentation]) -> list[ReceivedLetter]:
    """The letters to their presenters, each as often as it arrived."""
    return letters_to({each["presenter_email"] for each in presentations}, tour.stack.engine)


def wait_for_letters(tour: Tour, presentations: list[Presentation], seconds: float = 60) -> float:
    """Return once there are as many; after how many seconds. Raises NotSeen."""
    return wait_until(
        lambda: len(letters_about(tour, presentations)) >= len(presentations),
        f"{len(presentations)} letters",
        seconds,
    )


def each_once(tour: Tour, presentations: list[Presentation]) -> list[ReceivedLetter]:
    """Their letters, of which none came twice. Raises NotSeen."""
    time.sleep(1)  # a second copy would come right behind
    letters = letters_about(tour, presentations)
    twice = [address for address, times in Counter(letter.to for letter in letters).items() if times > 1]
    if twice:
        raise NotSeen(f"a letter came more than once to {', '.join(twice)}")
    return letters


def in_words(seconds: float) -> str:
    """A time as the table shows it."""
    return f"{seconds * 1000:.0f} ms" if seconds < 10 else f"{seconds:.1f} s"
