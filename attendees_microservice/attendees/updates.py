"""Takes in news of conferences: the copy, and the note of how it got here, are one transaction."""

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any, NamedTuple

from django.db import transaction

from attendees import copies, observations
from attendees.apart import write_apart
from attendees.models import Source
from attendees.records import ConferenceDeletion, ConferenceRecord, newest


class Taken(NamedTuple):
    """What came of a poller's find."""

    changed: int  # copies that were brought up to date
    removed: int  # copies of what is gone
    duplicated: int  # states that a poller had handed on before


@transaction.atomic
def apply_changes(source: Source, records: Collection[ConferenceRecord]) -> int:
    """Apply what changed; the number of copies that did."""
    applied = copies.copy_conferences(records)
    observations.note(source, records, applied)
    return len(applied)


@transaction.atomic
def apply_deletions(source: Source, records: Collection[ConferenceDeletion]) -> int:
    """Apply what was deleted; the number of copies that went."""
    applied = copies.delete_conferences(records)
    observations.note(source, records, applied)
    return len(applied)


@transaction.atomic
def apply_poll(
    changes: Collection[ConferenceRecord],
    deletions: Collection[ConferenceDeletion],
    missing: Collection[int],
    epoch: int = 0,
) -> Taken:
    """Apply what a poller found in this epoch: what changed, what was deleted, and what a complete list no longer had.

    What somebody else holds is left to the next comparison of everything."""
    known = copies.known_deletions(missing)  # a message was faster, and said when
    changed = _apart(copies.copy_conferences, newest(changes, key=lambda record: record.id))
    removed = _apart(copies.delete_conferences, newest(deletions, key=lambda record: record.id))
    found_out = _apart(partial(copies.delete_missing, epoch=epoch), sorted(missing))
    news = [*changes, *deletions, *known, *found_out]
    duplicated = observations.note(Source.POLL, news, [*changed, *removed, *found_out])
    return Taken(len(changed), len(removed) + len(found_out), duplicated)


def _apart(write: Callable[[Sequence[Any]], list[Any]], records: Sequence[Any]) -> list[Any]:
    return [each for done in write_apart(write, records) for each in done]
