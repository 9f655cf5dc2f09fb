"""Reads request bodies."""

from collections.abc import Mapping
from io import BytesIO
from math import isfinite
from typing import IO, Any

from django.conf import settings
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


class UnlabelledJSONParser(BoundedJSONParser):
    """JSON that does not say that it is JSON, as `requests.post(url, data=json.dumps(…))` and `curl -d` send it.

    A form of another site could look like it, and a browser would send that without asking first: those are refused,
    unless their origin may call the API anyway.
    """

    media_type = "*/*"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The parsed body. Raises ParseError, and UnsupportedMediaType for what is no JSON."""
        headers = parser_context["request"].headers if parser_context else {}
        is_known = headers.get("Origin") in settings.CORS_ALLOWED_ORIGINS
        if not is_known and headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            raise UnsupportedMediaType(media_type, "A form of another site; send JSON instead.")
        body = stream.read()
        if not body.lstrip().startswith((b"{", b"[")):
            raise UnsupportedMediaType(media_type or "(none)")
        return super().parse(BytesIO(body), media_type, parser_context)


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
