"""Counts attempts in the database, so that all processes of a service count together."""

import time

from django.db import connection
from django.utils.crypto import salted_hmac

COUNT = """
    INSERT INTO throttling_attempts AS known (key, minute, count)
    VALUES (%s, date_trunc('minute', clock_timestamp()), 1)
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN known.minute = excluded.minute THEN known.count + 1 ELSE 1 END, minute = excluded.minute
    RETURNING count
"""
FORGIVE = """
    UPDATE throttling_attempts SET count = count - 1
     WHERE key = %s AND count > 0 AND minute = date_trunc('minute', clock_timestamp())
"""
FORGET = "DELETE FROM throttling_attempts WHERE minute < clock_timestamp() - interval '5 minutes'"


def count(what: str, *who: str) -> int:
    """Which attempt in this minute this one is: 1 for the first."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [_key(what, who)])
        (number,) = cursor.fetchone()
        if number == 1:
            cursor.execute(FORGET)
    return number


def forgive(what: str, *who: str) -> None:
    """Take back one attempt of this minute."""
    with connection.cursor() as cursor:
        cursor.execute(FORGIVE, [_key(what, who)])


def seconds_left() -> int:
    """Until the next minute, when counting begins anew."""
    return 60 - int(time.time()) % 60


def _key(what: str, who: tuple[str, ...]) -> str:
    return salted_hmac("throttling", "\n".join((what, *who)), algorithm="sha256").hexdigest()
