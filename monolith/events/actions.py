"""What can be done with conferences. Each is one transaction: stored and published, or neither."""

from typing import Any

from django.db import transaction

from events.models import Conference
from messaging.messages import ConferenceChanged, ConferenceDeleted
from messaging.outbox import publish


@transaction.atomic
def save(conference: Conference) -> Conference:
    """Store a new or changed conference as its next revision, and tell everyone."""
    if conference.pk:
        conference.revision = _locked(conference.pk).revision
    conference.become_next_revision()
    conference.save()
    publish(ConferenceChanged.of(conference))
    return conference


@transaction.atomic
def change(pk: int, **fields: Any) -> Conference:
    """The conference with these fields changed. Raises Conference.DoesNotExist."""
    conference = _locked(pk)
    for name, value in fields.items():
        setattr(conference, name, value)
    return save(conference)


@transaction.atomic
def delete(pk: int) -> None:
    """The conference and its presentations are gone, and everyone is told. Raises Conference.DoesNotExist."""
    conference = _locked(pk)
    conference.become_next_revision()
    publish(ConferenceDeleted.of(conference))
    conference.delete()


def _locked(pk: int) -> Conference:
    return Conference.objects.select_for_update().get(pk=pk)
