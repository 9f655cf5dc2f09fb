"""What lists of presentations can be narrowed to."""

from django_filters import rest_framework as filters

from presentations.models import Presentation, Status


class PresentationFilters(filters.FilterSet):
    """By what was decided."""

    status = filters.ChoiceFilter(choices=Status)

    class Meta:
        model = Presentation
        fields = ("status",)
