"""How stale the news of each source was when it got here."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from attendees.models import Observation
from attendees.records import ConferenceDeletion, ConferenceRecord

KEPT = 10_000  # the newest; and of each conference and source the last one, so that a poll never notes it anew
TRIMMED = 1000  # observations from one look at what may go to the next: it costs more than a note
WINDOW = timedelta(hours=1)
LATEST = 20

NOTE = """
    INSERT INTO attendees_sighting (lane, conference_id, revision, deleted, lag_ms, first, seen)
    SELECT %(lane)s, record.id, record.revision, record.deleted, record.lag_ms, record.first, %(seen)s
    FROM unnest(
        %(ids)s::bigint[], %(revisions)s::bigint[], %(deletions)s::bool[], %(lags)s::float8[], %(firsts)s::bool[]
    ) AS record (id, revision, deleted, lag_ms, first)
    WHERE NOT EXISTS (
        SELECT FROM attendees_sighting
        WHERE lane = %(lane)s AND conference_id = record.id AND revision = record.revision
    )
    ON CONFLICT DO NOTHING
    RETURNING id
"""

TRIM = """
    DELETE FROM attendees_sighting AS old
    WHERE old.id <= (SELECT max(id) FROM attendees_sighting) - %s AND EXISTS (
        SELECT FROM attendees_sighting AS newer
        WHERE newer.lane = old.lane AND newer.conference_id = old.conference_id AND newer.revision > old.revision
    )
"""

COUNT_DUPLICATES = """
    INSERT INTO attendees_duplicate AS known (lane, minute, count)
    VALUES (%(lane)s, date_trunc('minute', %(seen)s), %(count)s)
    ON CONFLICT (lane, minute) DO UPDATE SET count = known.count + excluded.count
"""

FORGET_DUPLICATES = "DELETE FROM attendees_duplicate WHERE minute < %(oldest)s"

News = ConferenceRecord | ConferenceDeletion


def note(lane: str, records: Iterable[News], applied: Collection[News]) -> int:
    """Keep how old `records` are now; the number of those that this source had brought before, which are only counted.

    `applied` are the ones that changed a copy. A poll of everything brings most conferences unchanged, each time.
    States without a revision are not noted: nobody can tell them apart.
    """
    now = timezone.now()
    records = list({(record.id, record.revision): record for record in records if record.revision}.values())
    first = {(record.id, record.revision) for record in applied}
    values = {
        "lane": str(lane),
        "seen": now,
        "ids": [record.id for record in records],
        "revisions": [record.revision for record in records],
        "deletions": [isinstance(record, ConferenceDeletion) for record in records],
        "lags": [_milliseconds_since(record.updated, now) for record in records],
        "firsts": [(record.id, record.revision) in first for record in records],
    }
    with connection.cursor() as cursor:
        cursor.execute(NOTE, values)
        noted = [row[0] for row in cursor.fetchall()]
        duplicated = len(records) - len(noted)
        if noted and (min(noted) - 1) // TRIMMED != max(noted) // TRIMMED:
            cursor.execute(TRIM, [KEPT])
        if duplicated:
            cursor.execute(FORGET_DUPLICATES, {"oldest": now - WINDOW})
            cursor.execute(COUNT_DUPLICATES, {"lane": str(lane), "seen": now, "count": duplicated})
    return duplicated


def latest(conference_id: int | None = None) -> list[dict[str, Any]]:
    """The last LATEST observations, newest first: of one conference, or of all."""
    observations = Observation.objects.order_by("-id")
    if conference_id is not None:
        observations = observations.filter(conference_id=conference_id)
    names = ("lane", "conference_id", "revision", "deleted", "lag_ms", "first", "seen")
    return list(observations.values(*names)[:LATEST])


def _milliseconds_since(then: datetime | None, now: datetime) -> float | None:
    """Never negative: the original's clock may be a little ahead of ours."""
    return max(0.0, round((now - then) / timedelta(milliseconds=1), 3)) if then else None
