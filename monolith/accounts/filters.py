"""What the list of accounts can be narrowed to."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field

from accounts.models import Account


@extend_schema_field({"type": "string", "enum": ["true", "false"]})
class YesOrNo(filters.TypedChoiceFilter):
    """true or false. A BooleanFilter would take anything else for no question."""

    def __init__(self, **options: Any) -> None:
        choices = (("true", "yes"), ("false", "no"))
        super().__init__(choices=choices, coerce=lambda value: value == "true", **options)


class AccountFilters(filters.FilterSet):
    """By whether they can log in."""

    is_active = YesOrNo(label="Can log in")

    class Meta:
        model = Account
        fields = ("is_active",)
