"""What a list can be narrowed by. The form of the browsable API sends all fields: an empty one asks for nothing."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field


def or_empty(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a value that may be left empty."""
    return {"oneOf": [schema, {"type": "string", "maxLength": 0}]}


@extend_schema_field(or_empty({"type": "string", "format": "date"}))
class Day(filters.DateFilter):
    """2030-05-01, in UTC."""


@extend_schema_field({"type": "string", "maxLength": 100})
class ShortText(filters.CharFilter):
    """Text to compare with."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, max_length=100, **options)


class OneOf(filters.TypedChoiceFilter):
    """One of these values."""

    def __init__(self, choices: Any, **options: Any) -> None:
        super().__init__(choices=choices, **options)
        extend_schema_field(or_empty({"type": "string", "enum": [value for value, _ in choices]}))(self)
