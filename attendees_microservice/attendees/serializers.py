"""What comes in is checked here, and what goes out is given its shape."""

import re
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from attendees.models import Attendee, attendee_href
from contracts.messages import LARGEST
from web.addresses import Address
from web.fields import Text

BIGINT = 2**63 - 1  # the largest number a row can have
HREF = re.compile(r"(?:https?://[^/]+)?/api/conferences/(\d{1,19})/?")


@extend_schema_field(
    {
        "oneOf": [
            {"type": "integer", "minimum": 1, "maximum": BIGINT},
            {"type": "string", "pattern": "^(/api/conferences/)?[1-9][0-9]{0,17}/?$"},
        ]
    }
)
class ConferenceReference(serializers.Field):
    """The monolith's number of a conference, or its href: 3, "3", "/api/conferences/3/", with or without a host."""

    default_error_messages = {
        "invalid": 'Give the conference\'s number, or its href as GET /api/conferences/ lists it: 3 or "{example}".'
    }

    def to_internal_value(self, data: Any) -> int:
        """The number. Raises ValidationError."""
        text = str(data).strip() if isinstance(data, int | str) and not isinstance(data, bool) else ""
        found = HREF.fullmatch(text) or re.fullmatch(r"(\d{1,19})", text, re.ASCII)
        if not found or not 0 < int(found[1]) <= BIGINT:
            self.fail("invalid", example="/api/conferences/3/")
        return int(found[1])

    def to_representation(self, value: int) -> int:
        """The number, in a form that is filled in."""
        return value


class AttendeeFields(serializers.Serializer):
    """What a person says of themselves."""

    name = Text(max_length=200)
    email = Address()
    company_name = Text(max_length=200, allow_blank=True, allow_null=True, default="")

    def validate_company_name(self, value: str | None) -> str:
        """Null and nothing are the same."""
        return value or ""


class Registration(AttendeeFields):
    """The same, and where they want to go."""

    conference = ConferenceReference(source="conference_id")


class ConferenceState(serializers.Serializer):
    """A conference as a monolith lists it; `href` and whatever else it says is not needed here.

    A monolith of the course counts no revisions and lists little besides the name: it takes everyone.
    """

    id = serializers.IntegerField(min_value=1, max_value=BIGINT)
    name = Text(max_length=1000, trim_whitespace=False)
    starts = serializers.DateTimeField(required=False)
    ends = serializers.DateTimeField(required=False)
    max_attendees = serializers.IntegerField(required=False, min_value=0, max_value=BIGINT)
    revision = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST)
    updated = serializers.DateTimeField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """All fields. Raises ValidationError where one is missing of a state that has a revision."""
        missing = {name: [self.fields[name].error_messages["required"]] for name in self.fields if name not in attrs}
        if missing and "revision" in attrs:
            raise serializers.ValidationError(missing)
        unknown = {"starts": None, "ends": None, "max_attendees": BIGINT, "revision": 0, "updated": timezone.now()}
        return {**unknown, **attrs}


class ConferenceDeletion(serializers.Serializer):
    """A deletion as the monolith's feed of changes tells it."""

    id = serializers.IntegerField(min_value=1, max_value=BIGINT)
    revision = serializers.IntegerField(min_value=1, max_value=LARGEST)
    updated = serializers.DateTimeField()


class PolledCopies(serializers.Serializer):
    """What the poller hands on: what it found, deletions of which it was told, and what a list no longer had."""

    conferences = ConferenceState(many=True)
    deleted = ConferenceDeletion(many=True, default=list)
    gone = serializers.ListField(child=serializers.IntegerField(min_value=1, max_value=BIGINT), default=list)


class SyncQuestion(serializers.Serializer):
    """Which conference's observations to show."""

    conference = ConferenceReference(required=False)


def attendee_row(row: dict[str, Any]) -> dict[str, Any]:
    """An attendee in a list, from a row of `id`, `name`, `conference__name`."""
    return {"href": attendee_href(row["id"]), "name": row["name"], "conference": row["conference__name"]}


def attendee_detail(attendee: Attendee) -> dict[str, Any]:
    """All there is to say of an attendee; `badge` only once there is one."""
    conference = attendee.conference
    detail: dict[str, Any] = {
        "href": attendee.href,
        "email": attendee.email,
        "name": attendee.name,
        "company_name": attendee.company_name,
        "created": attendee.created,
        "conference": {
            "name": conference.name,
            "import_href": conference.import_href,
            "href": conference.import_href,
        },
        "has_account": attendee.has_account,
    }
    if hasattr(attendee, "badge"):
        detail["badge"] = {"created": attendee.badge.created}
    return detail
