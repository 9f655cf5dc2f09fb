"""What can be known about an original at one moment, wherever it was read: a message, a list, a poll."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol, Self, TypeVar


class Revised(Protocol):
    """Anything that says which state of its original it tells of."""

    @property
    def revision(self) -> int: ...
    @property
    def updated(self) -> datetime | None: ...


class AccountFact(NamedTuple):
    """An account as it was at `revision`; 0 where its writer counts none, as course programs do."""

    email: str
    first_name: str
    last_name: str
    is_active: bool
    revision: int
    updated: datetime

    @classmethod
    def of(cls, source: Any) -> Self:
        """The fact in an object with attributes of these names; the e-mail address in lower case."""
        email = source.email.lower()
        revision = source.revision or 0
        return cls(email, source.first_name, source.last_name, source.is_active, revision, source.updated)


class ConferenceFact(NamedTuple):
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
        return cls(*(getattr(source, name) for name in cls._fields))


class ConferenceGone(NamedTuple):
    """A conference was deleted. `revision` is one more than its last state had, `updated` when, if anybody knows."""

    id: int
    revision: int
    updated: datetime | None

    @classmethod
    def of(cls, source: Any) -> Self:
        """The fact in an object with attributes of these names."""
        return cls(*(getattr(source, name) for name in cls._fields))


Fact = TypeVar("Fact", bound=Revised)
NEVER = datetime.min.replace(tzinfo=UTC)


def newest(facts: Iterable[Fact], key: Callable[[Fact], Any]) -> list[Fact]:
    """One fact per key, that of the highest revision, or where nobody counts them the latest, in the order of the keys.

    Postgres refuses to touch a row twice in one statement; and writers that take rows in one order never
    wait for each other in a circle.
    """
    by_key = {key(fact): fact for fact in sorted(facts, key=lambda fact: (fact.revision, fact.updated or NEVER))}
    return [by_key[each] for each in sorted(by_key)]
