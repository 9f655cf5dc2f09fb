"""Fields of what comes in."""

import re
from typing import Any

from django.db import models
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

INTEGER = 2**31 - 1  # the largest number such a column holds


@extend_schema_field(
    {
        "oneOf": [
            {"type": "integer", "minimum": 0, "maximum": INTEGER},
            {"type": "string", "pattern": "^[0-9]{1,9}$"},
        ]
    }
)
class WholeNumber(serializers.IntegerField):
    """A number, or its digits in quotes: that is what forms of front ends send."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"min_value": 0, "max_value": INTEGER, **options})

    def to_internal_value(self, data: Any) -> int:
        """The number. Raises ValidationError."""
        if isinstance(data, bool) or (isinstance(data, str) and not re.fullmatch(r"[0-9]+", data.strip(), re.ASCII)):
            self.fail("invalid")
        return super().to_internal_value(data)


class OnlyText:
    """Refuses a number where text belongs; Django REST framework would take it for its digits."""

    def to_internal_value(self, data: Any) -> str:
        """The text. Raises ValidationError."""
        if not isinstance(data, str):
            self.fail("invalid")  # type: ignore[attr-defined]
        return super().to_internal_value(data)  # type: ignore[misc]


class Text(OnlyText, serializers.CharField):
    """Text."""


class PatternedText(OnlyText, serializers.RegexField):
    """Text of a certain form."""


class TextModelSerializer(serializers.ModelSerializer):
    """A ModelSerializer whose text is Text."""

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.CharField: Text,
        models.TextField: Text,
    }
