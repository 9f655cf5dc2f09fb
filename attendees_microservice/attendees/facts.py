"""What can be known about an original at one moment, wherever it was read: a message, a list, a poll."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any, Protocol, Self, TypeVar


class Revised(Protocol):
    """Anything that says which state of its original it tells of."""

    @property
    def revision(self) -> int: ...


@dataclass(frozen=True)
class AccountFact:
    """An account as it was at `revision`."""

    email: str
    first_name: str
    last_name: str
    is_active: bool
    revision: int
    updated: datetime

    @classmethod
    def of(cls, source: Any) -> Self:
        """The fact in an object with attributes of these names; the e-mail address in lower case."""
        return cls(**{**_attributes(cls, source), "email": source.email.lower()})


@dataclass(frozen=True)
class ConferenceFact:
    """A conference as it was at `revision`."""

    id: int
    name: str
    starts: datetime
    ends: datetime
    max_attendees: int
    revision: int
    updated: datetime

    @classmethod
    def of(cls, source: Any) -> Self:
        """The fact in an object with attributes of these names."""
        return cls(**_attributes(cls, source))


@dataclass(frozen=True)
class ConferenceGone:
    """A conference was deleted. `revision` is one more than its last state had, `updated` when, if anybody knows."""

    id: int
    revision: int
    updated: datetime | None

    @classmethod
    def of(cls, source: Any) -> Self:
        """The fact in an object with attributes of these names."""
        return cls(**_attributes(cls, source))


Fact = TypeVar("Fact", bound=Revised)


def newest(facts: Iterable[Fact], key: Callable[[Fact], Any]) -> list[Fact]:
    """One fact per key, that of the highest revision, in the order of the keys.

    Postgres refuses to touch a row twice in one statement; and writers that take rows in one order never
    wait for each other in a circle.
    """
    by_key = {key(fact): fact for fact in sorted(facts, key=lambda fact: fact.revision)}
    return [by_key[each] for each in sorted(by_key)]


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _attributes(kind: Any, source: Any) -> dict[str, Any]:
    return {name: getattr(source, name) for name in _names(kind)}
