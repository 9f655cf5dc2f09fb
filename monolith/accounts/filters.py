"""What the list of accounts can be narrowed to."""

from django_filters import rest_framework as filters

from accounts.models import Account
from web.filters import OneOf

YES_OR_NO = (("true", "yes"), ("false", "no"))  # a BooleanFilter takes anything else for no question


class AccountFilters(filters.FilterSet):
    """By whether they can log in."""

    is_active = OneOf(YES_OR_NO, coerce=lambda value: value == "true", label="Can log in")

    class Meta:
        model = Account
        fields = ("is_active",)
