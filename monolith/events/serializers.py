"""What comes in about events is checked here, and what goes out is given its shape."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from rest_framework import serializers

from events import acl
from events.models import Conference, Location, State, conference_href
from web.fields import TextModelSerializer, WholeNumber
from web.serialization import serialize


class LocationRow(serializers.ModelSerializer):
    """A location in a list, and inside a conference."""

    class Meta:
        model = Location
        fields = ("href", "id", "name", "picture_url")


class LocationDetail(TextModelSerializer):
    """All there is to say of a location; a state is given by its two letters."""

    state = serializers.SlugRelatedField("abbreviation", queryset=State.objects.all())
    room_count = WholeNumber()

    class Meta:
        model = Location
        fields = ("href", "name", "city", "room_count", "created", "updated", "picture_url", "state")
        read_only_fields = ("picture_url",)


class ConferenceRow(serializers.ModelSerializer):
    """A conference in a list: the course's keys, and what a copy of it needs."""

    class Meta:
        model = Conference
        fields = ("href", "id", "name", "starts", "ends", "max_attendees", "updated", "revision")


def conference_rows(values: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each as a ConferenceRow: from values, without a model and a serializer for each, in a quarter of the time."""
    return [{"href": conference_href(row["id"]), **row} for row in values]


class ConferenceFields(TextModelSerializer):
    """A conference as somebody plans it. A day without a time is its midnight."""

    starts = serializers.DateTimeField(input_formats=["iso-8601", "%Y-%m-%d"])
    ends = serializers.DateTimeField(input_formats=["iso-8601", "%Y-%m-%d"])
    max_presentations = WholeNumber()
    max_attendees = WholeNumber()

    class Meta:
        model = Conference
        fields = ("name", "starts", "ends", "description", "max_presentations", "max_attendees", "location")

    def validate(self, fields: dict[str, Any]) -> dict[str, Any]:
        """The fields, if it does not end before it starts. Raises ValidationError."""
        starts = fields.get("starts", getattr(self.instance, "starts", None))
        ends = fields.get("ends", getattr(self.instance, "ends", None))
        if starts and ends and ends < starts:
            raise serializers.ValidationError({"ends": "A conference cannot end before it starts."})
        return fields


class ConferenceDetail(serializers.ModelSerializer):
    """All there is to say of a conference."""

    location = LocationRow()

    class Meta:
        model = Conference
        fields = (
            "href", "id", "name", "description", "max_presentations", "max_attendees",
            "starts", "ends", "created", "updated", "revision", "location",
        )  # fmt: skip


def with_weather(conference: Conference) -> dict[str, Any]:
    """A conference and the weather there, null where nobody knows; pages of the course look inside it even so."""
    place = conference.location
    unknown = {"description": None, "temp": None} if settings.COGO_COURSE else None
    return {
        "conference": serialize(ConferenceDetail, conference),
        "weather": acl.weather_in(place.city, place.state.abbreviation) or unknown,
    }
