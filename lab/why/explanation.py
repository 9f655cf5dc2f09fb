"""What there is to say: the journeys of the messages that were asked about, hop by hop."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """How it stands at a hop."""

    DONE = "done"
    WAITS = "waits"  # goes on by itself
    STUCK = "stuck"  # goes on only when somebody does something
    UNKNOWN = "unknown"  # the part that knows did not answer


@dataclass(frozen=True)
class Hop:
    """One station of a message; `remedy` is what to type, empty where nothing is to be done."""

    where: str
    state: State
    cause: str
    remedy: str = ""


@dataclass(frozen=True)
class Journey:
    """One message's way to one who receives it; the last hop is where it is."""

    message_id: str
    type: str
    to: str
    hops: list[Hop]

    @property
    def has_arrived(self) -> bool:
        """Whether nothing is left to happen."""
        return self.hops[-1].state is State.DONE


@dataclass(frozen=True)
class Explanation:
    """The answer. `about` says what the subject is now; `problems` which parts did not answer."""

    identifier: str
    headline: str
    about: list[Hop] = field(default_factory=list)
    journeys: list[Journey] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def has_arrived(self) -> bool:
        """Whether there were messages, and nothing is left to happen to any."""
        return bool(self.journeys) and all(each.has_arrived for each in self.journeys)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)
