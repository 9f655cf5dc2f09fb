"""Reads request bodies."""

from collections.abc import Mapping
from math import isfinite
from typing import IO, Any

from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.parsers import JSONParser, MultiPartParser


class BoundedJSONParser(JSONParser):
    """JSON, where nesting deeper than Python can follow is the sender's mistake, not ours."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The parsed body. Raises ParseError (400)."""
        try:
            return finite(super().parse(stream, media_type, parser_context))
        except RecursionError:
            raise ParseError("The JSON is nested too deeply.") from None


def finite(value: Any) -> Any:
    """The parsed value. Raises ParseError for a number like 1e400, which JSON may have and a float has not."""
    if isinstance(value, float) and not isfinite(value):
        raise ParseError("A number is too large.")
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            finite(each)
    return value


class OwnFormParser(MultiPartParser):
    """Forms of the browsable API. Those of another site are refused: a browser sends a form without asking first,
    and what is open to everyone here would be open to every page that somebody looks at."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The parsed body. Raises ParseError, UnsupportedMediaType."""
        headers = parser_context["request"].headers if parser_context else {}
        if headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            raise UnsupportedMediaType(media_type, "A form of another site; send JSON instead.")
        return super().parse(stream, media_type, parser_context)
