"""What can be done with conferences and locations. Conferences are stored and published in one transaction, or neither.

Nobody is told of a location. Its photo is asked for before anything is stored: no transaction waits for a third party.
"""

from typing import Any

from django.db import transaction

from contracts.messages import ConferenceChanged, ConferenceDeleted
from events import acl
from events.models import Conference, DeletedConference, Location
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
    DeletedConference.of(conference).save(force_insert=True)
    publish(ConferenceDeleted.of(conference))
    conference.delete()


def add_location(**fields: Any) -> Location:
    """A new location, with a photo of its city if one is found."""
    photo = acl.photo_of(fields["city"], fields["state"].abbreviation)
    return Location.objects.create(**fields, picture_url=photo)


def change_location(pk: int, **fields: Any) -> Location:
    """The location with these fields changed, and with another photo in another city. Raises Location.DoesNotExist."""
    location = Location.objects.select_related("state").get(pk=pk)
    place = (location.city, location.state)
    for name, value in fields.items():
        setattr(location, name, value)
    if (location.city, location.state) != place:
        location.picture_url = acl.photo_of(location.city, location.state.abbreviation)
        fields["picture_url"] = location.picture_url
    location.save(update_fields=[*fields, "updated"])
    return location


def _locked(pk: int) -> Conference:
    return Conference.objects.select_for_update().get(pk=pk)
