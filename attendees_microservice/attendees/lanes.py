"""Takes in news of conferences: the copy, and the note of how it got here, are one transaction."""

from collections.abc import Collection

from django.db import transaction

from attendees import copies, sightings
from attendees.facts import ConferenceFact, ConferenceGone
from attendees.models import Lane


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
