"""A time, as messages carry it."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, PlainSerializer, WithJsonSchema


def _in_utc(moment: datetime) -> datetime:
    """The same moment; without a zone it is in UTC already. Raises ValueError before the year 1 and after 9999."""
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        raise ValueError("it is before the year 1 or after 9999") from None


# Always with its zone. In JSON by `isoformat()`: Python 3.10 and older cannot read the `Z` of pydantic.
Moment = Annotated[
    datetime,
    AfterValidator(_in_utc),
    PlainSerializer(datetime.isoformat, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
