"""What the API's schema says of this service."""

from drf_spectacular.utils import extend_schema_view
from rest_framework import serializers

from attendees.models import Source
from attendees.serializers import AttendeeFields, PolledCopies, Registration, SyncQuestion
from web.openapi import DELETED, EPOCH_OF_COPIES, ETAG, IDEMPOTENCY_KEY, IF_MATCH, REPLAYED, listed, says, shaped

ATTENDEES, COPIES = "Attendees", "Copies"
GRACE = {"name": "Grace Hopper", "email": "grace@example.com", "company_name": "Navy"}
DJANGO_DAY = {
    "id": 1,
    "name": "DjangoDay",
    "starts": "2030-05-01T09:00:00Z",
    "ends": "2030-05-03T17:00:00Z",
    "max_attendees": 100,
    "revision": 1,
    "updated": "2030-01-01T00:00:00Z",
}


class KnownConference(serializers.Serializer):
    """A conference in a list; where and how it is, its href on the monolith says."""

    href = serializers.CharField()
    id = serializers.IntegerField()
    name = serializers.CharField()


class ListedAttendee(serializers.Serializer):
    """An attendee in a list."""

    href = serializers.CharField()
    name = serializers.CharField()
    conference = serializers.CharField(help_text="Its name.")


class ConferenceOfAttendee(serializers.Serializer):
    """Where an attendee goes to."""

    name = serializers.CharField()
    import_href = serializers.CharField(help_text="On the monolith, as the next one.")
    href = serializers.CharField()


class Badge(serializers.Serializer):
    """What an attendee wears."""

    created = serializers.DateTimeField()


class DetailedAttendee(serializers.Serializer):
    """All there is to say of an attendee; `badge` only once there is one."""

    href = serializers.CharField()
    email = serializers.EmailField()
    name = serializers.CharField()
    company_name = serializers.CharField(allow_blank=True)
    created = serializers.DateTimeField()
    conference = ConferenceOfAttendee()
    has_account = serializers.BooleanField()
    badge = Badge(required=False)


class AttendeeOfBadge(serializers.Serializer):
    """Who wears a badge."""

    href = serializers.CharField()
    name = serializers.CharField()


class NeverSaw(serializers.Serializer):
    """What came and went between two polls."""

    revisions = serializers.IntegerField()
    deletions = serializers.IntegerField()


class Statistics(serializers.Serializer):
    """Statistics of one source over the last hour."""

    count = serializers.IntegerField()
    first = serializers.IntegerField()
    late = serializers.IntegerField()
    p50_ms = serializers.FloatField(allow_null=True)
    p95_ms = serializers.FloatField(allow_null=True)
    p99_ms = serializers.FloatField(allow_null=True)
    max_ms = serializers.FloatField(allow_null=True)
    duplicated = serializers.IntegerField()
    never_saw = NeverSaw()
    since = serializers.DateTimeField(
        allow_null=True,
        help_text="When it brought its first; what had changed before then, it only found.",
    )


class SeenState(serializers.Serializer):
    """One state of a conference, seen from one source for the first time."""

    lane = serializers.ChoiceField(Source.choices)
    conference_id = serializers.IntegerField()
    revision = serializers.IntegerField()
    deleted = serializers.BooleanField()
    lag_ms = serializers.FloatField(allow_null=True)
    first = serializers.BooleanField()
    seen = serializers.DateTimeField()


BADGE = shaped("BadgeOfAttendee", created=serializers.DateTimeField(), attendee=AttendeeOfBadge())
ATTENDEE_LIST = listed("attendees", ListedAttendee)
ONCE = {"refuses": (409, 422), "more": (IDEMPOTENCY_KEY, REPLAYED)}

conferences = extend_schema_view(get=says("list_known_conferences", COPIES, listed("conferences", KnownConference)))
attendees = extend_schema_view(
    get=says("list_attendees", ATTENDEES, ATTENDEE_LIST),
    post=says(
        "register", ATTENDEES, DetailedAttendee, status=201, body=Registration,
        example={**GRACE, "conference": 1}, **ONCE,
    ),
)  # fmt: skip
conference_attendees = extend_schema_view(
    get=says("list_attendees_of_conference", ATTENDEES, ATTENDEE_LIST),
    post=says(
        "register_for_conference", ATTENDEES, DetailedAttendee, status=201, body=AttendeeFields, example=GRACE, **ONCE
    ),
)
attendee = extend_schema_view(
    get=says("show_attendee", ATTENDEES, DetailedAttendee, more=(ETAG,)),
    put=says(
        "change_attendee", ATTENDEES, DetailedAttendee, body=Registration(partial=True),
        example={"company_name": "Remington Rand"}, refuses=(409, 412), more=(IF_MATCH, ETAG),
    ),
    delete=says("remove_attendee", ATTENDEES, DELETED),
)  # fmt: skip
badge = extend_schema_view(post=says("give_badge", ATTENDEES, BADGE, others={201: BADGE}))
copies = extend_schema_view(
    get=says("list_copies", COPIES, shaped("Copies", ids=serializers.ListField(child=serializers.IntegerField()))),
    put=says(
        "hand_on_copies",
        COPIES,
        shaped(
            "Taken",
            changed=serializers.IntegerField(),
            removed=serializers.IntegerField(),
            duplicated=serializers.IntegerField(),
        ),
        body=PolledCopies,
        example={"conferences": [DJANGO_DAY], "deleted": [], "gone": []},
        more=(EPOCH_OF_COPIES,),
    ),
)
sync = extend_schema_view(
    get=says(
        "show_sync",
        COPIES,
        shaped(
            "Sync",
            window_seconds=serializers.FloatField(),
            lanes=shaped("Lanes", push=Statistics(), poll=Statistics()),
            sightings=SeenState(many=True),
        ),
        more=(SyncQuestion,),
    )
)

PATHS = {"type": "object", "additionalProperties": {"type": "string", "format": "uri"}}
root = extend_schema_view(get=says("list_paths", "Health", PATHS))
