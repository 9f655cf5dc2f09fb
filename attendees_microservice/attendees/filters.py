"""What lists can be narrowed to."""

from django import forms
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field

from attendees.models import Attendee, ConferenceVO
from attendees.serializers import BIGINT
from web.filters import Day, or_empty


@extend_schema_field(or_empty({"type": "integer", "minimum": 1, "maximum": BIGINT}))
class NumberOfConference(filters.NumberFilter):
    """The number of a row; not 1.5, nor 1e3."""

    field_class = forms.IntegerField


class ConferenceFilters(filters.FilterSet):
    """By day, of UTC."""

    starts_after = Day("starts__date", lookup_expr="gte", label="Starts on this day or later")
    starts_before = Day("starts__date", lookup_expr="lt", label="Starts before this day")

    class Meta:
        model = ConferenceVO
        fields = ("starts_after", "starts_before")


class AttendeeFilters(filters.FilterSet):
    """By conference."""

    conference = NumberOfConference("conference_id", label="Conference, its number", min_value=1, max_value=BIGINT)

    class Meta:
        model = Attendee
        fields = ("conference",)
