"""What lists of events can be narrowed to."""

from django_filters import rest_framework as filters

from events.models import Conference, Location
from web.filters import Day, ShortText


class ConferenceFilters(filters.FilterSet):
    """By place and by day; a day is one of UTC."""

    state = ShortText("location__state__abbreviation", lookup_expr="iexact", label="State, two letters")
    starts_after = Day("starts__date", lookup_expr="gte", label="Starts on this day or later")
    starts_before = Day("starts__date", lookup_expr="lt", label="Starts before this day")

    class Meta:
        model = Conference
        fields = ("state", "starts_after", "starts_before")


class LocationFilters(filters.FilterSet):
    """By state."""

    state = ShortText("state__abbreviation", lookup_expr="iexact", label="State, two letters")

    class Meta:
        model = Location
        fields = ("state",)
