"""What happened to conferences: the feed of their changes, and whether there were any."""

import re
from typing import Any

from django.db import connection

from conference_go import changes, epochs
from events.models import conference_href

ROWS = """
    SELECT written_in, id, name, starts, ends, max_attendees, updated, revision, false AS deleted
      FROM events_conference
     WHERE (written_in, id) > (%(written_in)s, %(id)s)
       AND written_in < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
     UNION ALL
    SELECT written_in, id, null, null, null, null, updated, revision, true
      FROM events_deletedconference
     WHERE (written_in, id) > (%(written_in)s, %(id)s)
       AND written_in < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
     ORDER BY written_in, id LIMIT %(limit)s
"""

STATE = f"""
    SELECT ({epochs.CURRENT}),
           CASE WHEN newest < pg_snapshot_xmin(now)::text::bigint THEN newest::text ELSE now::text END
      FROM pg_current_snapshot() AS now, (
        SELECT greatest((SELECT max(written_in) FROM events_conference),
                        (SELECT max(written_in) FROM events_deletedconference), 0) AS newest
      ) AS written
"""  # noqa: S608


def page(question: dict[str, Any], epoch: int) -> dict[str, Any]:
    """The next page of the feed, as `changes.page`; a deletion says no more than its number, revision and time."""
    feed = changes.page(ROWS, question, epoch)
    feed["changes"] = [_told(row) for row in feed["changes"]]
    return feed


def etag() -> str:
    """Names the state that all conferences are in: another one after whatever was changed, deleted or restored.

    The epoch comes first, then the newest transaction among them, once none older is open. Until then an older one may
    still commit and would not be the newest, so the snapshot itself is the name.
    """
    with connection.cursor() as cursor:
        cursor.execute(STATE)
        epoch, state = cursor.fetchone()
    return f'"{epoch or epochs.current()}.{state}"'


def epoch_of(etag: str) -> str:
    """The epoch in the name of a state."""
    return etag.strip('"').partition(".")[0]


def is_settled(etag: str) -> bool:
    """Whether there is something, and none of it was still being written: only one state has that name."""
    return re.fullmatch(r'"\d+\.[1-9]\d*"', etag) is not None


def _told(row: dict[str, Any]) -> dict[str, Any]:
    if row["deleted"]:
        return {name: row[name] for name in ("id", "updated", "revision", "deleted")}
    del row["written_in"]
    return {"href": conference_href(row["id"]), **row}
