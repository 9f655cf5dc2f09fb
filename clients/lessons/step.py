"""One request of a lesson."""

from dataclasses import dataclass, field
from typing import Any

FRESH = "<fresh>"  # in a body: something that no other request has said


@dataclass(frozen=True)
class Step:
    """An operation of a service's API, with what a learner sends and is to look at.

    `<name>` in `at` and in the body is a variable: of the environment, or one that an earlier step keeps of its
    answer. `at` is the href that takes the place of the path up to its last parameter.
    """

    service: str
    operation: str
    title: str
    look: str
    at: str = ""
    query: str = ""
    body: dict[str, Any] | None = None  # takes the place of the documented example
    headers: dict[str, str] = field(default_factory=dict)
    log_in: str | None = None  # "organiser", "service", "token" or "nobody"; None for what the operation asks for
    status: int | None = None  # None for the documented success
    keeps: dict[str, str] = field(default_factory=dict)  # variable → field of the answer


@dataclass(frozen=True)
class Lesson:
    """A folder of requests, to be sent from its top to its bottom."""

    name: str
    about: str
    steps: tuple[Step, ...]


def monolith(operation: str, title: str, look: str, **more: Any) -> Step:
    """A request to the monolith."""
    return Step("monolith", operation, title, look, **more)


def attendees(operation: str, title: str, look: str, **more: Any) -> Step:
    """A request to the attendees service."""
    return Step("attendees", operation, title, look, **more)
