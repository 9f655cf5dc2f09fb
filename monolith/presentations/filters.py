"""What lists of presentations can be narrowed to."""

from django_filters import rest_framework as filters

from presentations.models import Presentation, Status
from web.filters import OneOf


class PresentationFilters(filters.FilterSet):
    """By what was decided."""

    status = OneOf(Status.choices)

    class Meta:
        model = Presentation
        fields = ("status",)
