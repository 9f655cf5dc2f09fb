"""What the API's schema says of events."""

from drf_spectacular.utils import extend_schema_view
from rest_framework import serializers

from conference_go.changes import Question
from events.serializers import (
    ConferenceDetail,
    ConferenceFields,
    ConferenceRow,
    LocationDetail,
    LocationRow,
)
from web.openapi import DELETED, EPOCH, ETAG, IDEMPOTENCY_KEY, IF_MATCH, REPLAYED, listed, says, shaped

CONFERENCES, LOCATIONS = "Conferences", "Locations"
HALL = {"name": "Moscone Center", "city": "San Francisco", "room_count": 30, "state": "CA"}
PLAN = {
    "name": "DjangoDay",
    "starts": "2030-05-01",
    "ends": "2030-05-03",
    "description": "A day of ponies.",
    "max_presentations": 10,
    "max_attendees": 100,
    "location": 1,
}
ONCE = {"refuses": (409, 422), "more": (IDEMPOTENCY_KEY, REPLAYED)}
UNLESS_CHANGED = {"refuses": (412,), "more": (IF_MATCH, ETAG)}


class Weather(serializers.Serializer):
    """What the weather is there."""

    description = serializers.CharField()
    temp = serializers.FloatField(help_text="Degrees Fahrenheit")


class ConferenceChange(serializers.Serializer):
    """A conference as it is now; of a deleted one only its number, and when that was."""

    href = serializers.CharField(required=False)
    id = serializers.IntegerField()
    name = serializers.CharField(required=False)
    starts = serializers.DateTimeField(required=False)
    ends = serializers.DateTimeField(required=False)
    max_attendees = serializers.IntegerField(required=False)
    updated = serializers.DateTimeField()
    revision = serializers.IntegerField()
    deleted = serializers.BooleanField()


class StateRow(serializers.Serializer):
    """A state of the United States, or the District of Columbia."""

    name = serializers.CharField()
    abbreviation = serializers.CharField(help_text="Two letters, as a location's `state` has them.")


state_list = extend_schema_view(
    get=says(
        "list_states",
        LOCATIONS,
        shaped("States", states=StateRow(many=True)),
    )
)
location_list = extend_schema_view(
    get=says("list_locations", LOCATIONS, listed("locations", LocationRow)),
    post=says("add_location", LOCATIONS, LocationDetail, status=201, body=LocationDetail, example=HALL, **ONCE),
)
location_page = extend_schema_view(
    get=says("show_location", LOCATIONS, LocationDetail, more=(ETAG,)),
    put=says(
        "change_location",
        LOCATIONS,
        LocationDetail,
        body=LocationDetail(partial=True),
        example={"room_count": 31},
        **UNLESS_CHANGED,
    ),
    delete=says("remove_location", LOCATIONS, DELETED, refuses=(409,)),
)
conference_list = extend_schema_view(
    get=says("list_conferences", CONFERENCES, listed("conferences", ConferenceRow), more=(ETAG, EPOCH)),
    post=says(
        "plan_conference", CONFERENCES, ConferenceDetail, status=201, body=ConferenceFields, example=PLAN, **ONCE
    ),
)
conference_changes = extend_schema_view(
    get=says(
        "list_changes_of_conferences",
        CONFERENCES,
        shaped(
            "ConferenceChanges",
            changes=ConferenceChange(many=True),
            cursor=serializers.CharField(),
            more=serializers.BooleanField(),
        ),
        refuses=(410,),
        more=(Question, EPOCH),
    )
)
conference_page = extend_schema_view(
    get=says(
        "show_conference",
        CONFERENCES,
        shaped("ConferenceAndWeather", conference=ConferenceDetail(), weather=Weather(allow_null=True)),
        more=(ETAG,),
    ),
    put=says(
        "change_conference",
        CONFERENCES,
        ConferenceDetail,
        body=ConferenceFields(partial=True),
        example={"max_attendees": 120},
        **UNLESS_CHANGED,
    ),
    delete=says("cancel_conference", CONFERENCES, DELETED),
)
