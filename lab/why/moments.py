"""A moment in words."""

from datetime import UTC, datetime


def moment(iso: str) -> str:
    """Hours to milliseconds, in UTC; with the date if it is not of today. What is no moment stays as it is."""
    try:
        then = datetime.fromisoformat(iso).astimezone(UTC)
    except ValueError:
        return iso
    date = "" if then.date() == datetime.now(UTC).date() else f"{then:%Y-%m-%d} "
    return f"{date}{then:%H:%M:%S}.{then.microsecond // 1000:03} UTC"
