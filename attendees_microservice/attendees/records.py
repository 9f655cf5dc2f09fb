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
    @property
    def epoch(self) -> int: ...


class AccountRecord(NamedTuple):
    """An account as it was at `revision` in `epoch`; both 0 where the writer counts none, as course programs do."""

    email: str
    first_name: str
    last_name: str
    is_active: bool
    revision: int
    updated: datetime
    epoch: int = 0

    @classmethod
    def of(cls, source: Any) -> Self:
        """The record in an object with attributes of these names; the e-mail address in lower case."""
        email = source.email.lower()
        names, counted = (source.first_name, source.last_name), (source.revision or 0, source.updated)
        return cls(email, *names, source.is_active, *counted, source.epoch or 0)


class ConferenceRecord(NamedTuple):
    """A conference as it was at `revision` in `epoch`; both 0 where the writer counts none, as course programs do."""

    id: int
    name: str
    starts: datetime | None
    ends: datetime | None
    max_attendees: int
    revision: int
    updated: datetime
    epoch: int = 0

    @classmethod
    def of(cls, source: Any) -> Self:
        """The record in an object with attributes of these names."""
        *told, _ = cls._fields
        return cls(*(getattr(source, name) for name in told), epoch=source.epoch or 0)


class ConferenceDeletion(NamedTuple):
    """A conference was deleted. `revision` is one more than its last state had, `updated` when, if anybody knows."""

    id: int
    revision: int
    updated: datetime | None
    epoch: int = 0

    @classmethod
    def of(cls, source: Any) -> Self:
        """The record in an object with attributes of these names."""
        return cls(source.id, source.revision, source.updated, source.epoch or 0)


Record = TypeVar("Record", bound=Revised)
NEVER = datetime.min.replace(tzinfo=UTC)


def newest(records: Iterable[Record], key: Callable[[Record], Any]) -> list[Record]:
    """One record per key, that of the last epoch and highest revision, or where nobody counts them the latest, in the
    order of the keys.

    Postgres refuses to touch a row twice in one statement; and writers that take rows in one order never
    wait for each other in a circle.
    """
    in_order = sorted(records, key=lambda record: (record.epoch, record.revision, record.updated or NEVER))
    by_key = {key(record): record for record in in_order}
    return [by_key[each] for each in sorted(by_key)]
