"""Takes in news of conferences: the copy, and the note of how it got here, are one transaction."""

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any, NamedTuple

from django.db import transaction

from attendees import copies, sightings
from attendees.apart import write_apart
from attendees.facts import ConferenceFact, ConferenceGone, newest
from attendees.models import Lane


class Taken(NamedTuple):
    """What came of a poller's find."""

    changed: int  # copies that were brought up to date
    removed: int  # copies of what is gone
    duplicated: int  # states that a poller had handed on before


@transaction.atomic
def take_changes(lane: Lane, facts: Collection[ConferenceFact]) -> int:
    """Apply what changed; the number of copies that did."""
    applied = copies.copy_conferences(facts)
    sightings.note(lane, facts, applied)
    return len(applied)


@transaction.atomic
def take_deletions(lane: Lane, facts: Collection[ConferenceGone]) -> int:
    """Apply what was deleted; the number of copies that went."""
    applied = copies.bury_conferences(facts)
    sightings.note(lane, facts, applied)
    return len(applied)


@transaction.atomic
def take_poll(
    changes: Collection[ConferenceFact],
    deletions: Collection[ConferenceGone],
    missing: Collection[int],
    epoch: int = 0,
) -> Taken:
    """Apply what a poller found in this epoch: what changed, what was deleted, and what a complete list no longer had.

    What somebody else holds is left to the next comparison of everything."""
    known = copies.buried(missing)  # a message was faster, and said when
    changed = _apart(copies.copy_conferences, newest(changes, key=lambda fact: fact.id))
    removed = _apart(copies.bury_conferences, newest(deletions, key=lambda fact: fact.id))
    found_out = _apart(partial(copies.bury_missing, epoch=epoch), sorted(missing))
    news = [*changes, *deletions, *known, *found_out]
    duplicated = sightings.note(Lane.POLL, news, [*changed, *removed, *found_out])
    return Taken(len(changed), len(removed) + len(found_out), duplicated)


def _apart(write: Callable[[Sequence[Any]], list[Any]], facts: Sequence[Any]) -> list[Any]:
    return [each for done in write_apart(write, facts) for each in done]
