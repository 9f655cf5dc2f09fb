"""How stale each lane's news was when it got here."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from attendees.facts import ConferenceFact, ConferenceGone
from attendees.models import Lane, Sighting

KEPT = 10_000  # the newest; and of each conference and lane the last one, so that a poll never notes it anew
WINDOW = timedelta(hours=1)
LATEST = 20

NOTE = """
    INSERT INTO attendees_sighting (lane, conference_id, revision, lag_ms, first, seen)
    SELECT %(lane)s, fact.id, fact.revision, fact.lag_ms, fact.first, %(seen)s
    FROM unnest(%(ids)s::bigint[], %(revisions)s::bigint[], %(lags)s::float8[], %(firsts)s::bool[])
        AS fact (id, revision, lag_ms, first)
    WHERE NOT EXISTS (
        SELECT FROM attendees_sighting
        WHERE lane = %(lane)s AND conference_id = fact.id AND revision = fact.revision
    )
    ON CONFLICT DO NOTHING
"""

TRIM = """
    DELETE FROM attendees_sighting AS old
    WHERE old.id <= (SELECT max(id) FROM attendees_sighting) - %s AND EXISTS (
        SELECT FROM attendees_sighting AS newer
        WHERE newer.lane = old.lane AND newer.conference_id = old.conference_id AND newer.revision > old.revision
    )
"""

PERCENTILES = """
    SELECT lane, count(*), count(*) FILTER (WHERE first), max(lag_ms),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY lag_ms),
        percentile_cont(0.95) WITHIN GROUP (ORDER BY lag_ms)
    FROM attendees_sighting WHERE seen >= %s GROUP BY lane
"""

News = ConferenceFact | ConferenceGone


def note(lane: Lane, facts: Iterable[News], applied: Collection[News]) -> int:
    """Keep how old `facts` are now; the number of those that this lane had not brought before.

    `applied` are the ones that changed a copy. A lane's second sight of the same revision is not kept: a poll
    of everything sees most conferences unchanged, each time.
    """
    now = timezone.now()
    facts = list({(fact.id, fact.revision): fact for fact in facts}.values())
    first = {(fact.id, fact.revision) for fact in applied}
    values = {
        "lane": lane.value,
        "seen": now,
        "ids": [fact.id for fact in facts],
        "revisions": [fact.revision for fact in facts],
        "lags": [_milliseconds_since(fact.updated, now) for fact in facts],
        "firsts": [(fact.id, fact.revision) in first for fact in facts],
    }
    with connection.cursor() as cursor:
        cursor.execute(NOTE, values)
        noted = cursor.rowcount
        if noted:
            cursor.execute(TRIM, [KEPT])
    return noted


def percentiles() -> dict[str, dict[str, Any]]:
    """Per lane, over the last WINDOW: how many were seen, how many were first, and the lag in milliseconds."""
    lanes = {lane.value: _summary(0, 0, None, None, None) for lane in Lane}
    with connection.cursor() as cursor:
        cursor.execute(PERCENTILES, [timezone.now() - WINDOW])
        for lane, *figures in cursor.fetchall():
            lanes[lane] = _summary(*figures)
    return lanes


def latest(conference_id: int | None = None) -> list[dict[str, Any]]:
    """The last LATEST sightings, newest first: of one conference, or of all."""
    sightings = Sighting.objects.order_by("-id")
    if conference_id is not None:
        sightings = sightings.filter(conference_id=conference_id)
    return list(sightings.values("lane", "conference_id", "revision", "lag_ms", "first", "seen")[:LATEST])


def _summary(count: int, first: int, most: float | None, median: float | None, p95: float | None) -> dict[str, Any]:
    return {"count": count, "first": first, "p50_ms": median, "p95_ms": p95, "max_ms": most}


def _milliseconds_since(then: datetime, now: datetime) -> float:
    """Never negative: the original's clock may be a little ahead of ours."""
    return max(0.0, round((now - then) / timedelta(milliseconds=1), 3))
