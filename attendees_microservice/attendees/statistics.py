"""Statistics of the observations, for each source (the column `lane`)."""

from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from attendees.models import Source
from attendees.observations import WINDOW

PATIENCE = timedelta(minutes=1)  # a deletion that a source has not brought by then, it never will

LAGS = """
    SELECT lane, count(*), count(*) FILTER (WHERE first), count(*) FILTER (WHERE NOT first),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY lag_ms),
        percentile_cont(0.95) WITHIN GROUP (ORDER BY lag_ms),
        percentile_cont(0.99) WITHIN GROUP (ORDER BY lag_ms),
        max(lag_ms)
    FROM attendees_sighting WHERE seen >= %(since)s GROUP BY lane
"""

DUPLICATES = "SELECT lane, sum(count)::bigint FROM attendees_duplicate WHERE minute >= %(since)s GROUP BY lane"

# A conference's revisions are counted without gaps; between two that a source brought, others came and went.
SKIPPED_REVISIONS = """
    SELECT lane, sum(skipped) FROM (
        SELECT lane, max(revision) - min(revision) + 1 - count(*) AS skipped
        FROM attendees_sighting WHERE seen >= %(since)s GROUP BY lane, conference_id
    ) AS conference GROUP BY lane
"""

MISSED_DELETIONS = """
    SELECT each.lane, count(DISTINCT gone.conference_id)
    FROM unnest(%(lanes)s::text[]) AS each (lane), attendees_sighting AS gone
    WHERE gone.deleted AND gone.seen >= %(since)s AND gone.seen < %(settled)s AND NOT EXISTS (
        SELECT FROM attendees_sighting AS own
        WHERE own.lane = each.lane AND own.conference_id = gone.conference_id AND own.deleted
    ) GROUP BY each.lane
"""


# What a source found when it began had changed before: how late that was, says when it began.
AT_WORK = """
    SELECT DISTINCT ON (lane) lane, seen FROM attendees_sighting ORDER BY lane, seen
"""


def by_source() -> dict[str, dict[str, Any]]:
    """Per source, over the last WINDOW: how many states it brought, how many of them first and how many late; the lag
    in milliseconds; how many it brought again; how many revisions and deletions it never saw; and since when it has
    been at work, which is when it brought the first of what is kept."""
    now = timezone.now()
    values = {"since": now - WINDOW, "settled": now - PATIENCE, "lanes": Source.values}
    lags, duplicates = _rows(LAGS, values), _rows(DUPLICATES, values)
    at_work = _rows(AT_WORK, {})
    skipped, missed = _rows(SKIPPED_REVISIONS, values), _rows(MISSED_DELETIONS, values)
    return {
        lane: {
            **_summary(*lags.get(lane, (0, 0, 0, None, None, None, None))),
            "duplicated": duplicates.get(lane, (0,))[0],
            "never_saw": {"revisions": int(skipped.get(lane, (0,))[0]), "deletions": missed.get(lane, (0,))[0]},
            "since": at_work.get(lane, (None,))[0],
        }
        for lane in Source.values
    }


def _summary(count: int, first: int, late: int, *lags: float | None) -> dict[str, Any]:
    return {
        "count": count, "first": first, "late": late,
        **dict(zip(("p50_ms", "p95_ms", "p99_ms", "max_ms"), lags, strict=True)),
    }  # fmt: skip


def _rows(statement: str, values: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    """The rows by source, which comes first in each."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return {lane: tuple(rest) for lane, *rest in cursor.fetchall()}
