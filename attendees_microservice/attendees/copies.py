"""Brings copies up to date. Each function is one statement, and safe to repeat, in any order, from anywhere.

A copy never goes backwards: the statement itself compares revisions, so a late or doubled record changes
nothing, and two writers at once cannot overtake each other between reading and writing. A record without a revision
(0) changes only a copy without one, by its time.

Revisions count within an epoch (see `epochs`): a record of a later one replaces what there is, a tombstone too, and one
of an epoch that is over changes nothing.
"""

from collections.abc import Collection, Iterable

from django.db import connection

from attendees import epochs
from attendees.epochs import NOT_OVER
from attendees.models import ConferenceVO
from attendees.records import AccountRecord, ConferenceDeletion, ConferenceRecord, newest

COPY_ACCOUNTS = f"""
    INSERT INTO attendees_accountvo AS copy (email, first_name, last_name, is_active, revision, updated, epoch)
    SELECT record.* FROM unnest(
        %s::text[], %s::text[], %s::text[], %s::bool[], %s::bigint[], %s::timestamptz[], %s::bigint[]
    ) AS record (email, first_name, last_name, is_active, revision, updated, epoch)
    WHERE {NOT_OVER}
    ON CONFLICT (email) DO UPDATE SET
        first_name = excluded.first_name, last_name = excluded.last_name, is_active = excluded.is_active,
        revision = excluded.revision, updated = excluded.updated, epoch = excluded.epoch
    WHERE (copy.epoch, copy.revision) < (excluded.epoch, excluded.revision)
       OR (copy.revision = 0 AND excluded.revision = 0 AND copy.updated < excluded.updated)
"""  # noqa: S608

COPY_CONFERENCES = f"""
    INSERT INTO attendees_conferencevo AS copy
        (id, name, starts, ends, max_attendees, revision, updated, epoch, deleted)
    SELECT record.*, false FROM unnest(
        %s::bigint[], %s::text[], %s::timestamptz[], %s::timestamptz[],
        %s::bigint[], %s::bigint[], %s::timestamptz[], %s::bigint[]
    ) AS record (id, name, starts, ends, max_attendees, revision, updated, epoch)
    WHERE {NOT_OVER}
    ON CONFLICT (id) DO UPDATE SET
        name = excluded.name, starts = excluded.starts, ends = excluded.ends, max_attendees = excluded.max_attendees,
        revision = excluded.revision, updated = excluded.updated, epoch = excluded.epoch, deleted = false
    WHERE copy.epoch < excluded.epoch
       OR (copy.epoch = excluded.epoch AND copy.revision < excluded.revision AND NOT copy.deleted)
       OR (copy.epoch = excluded.epoch AND copy.revision = 0 AND excluded.revision = 0 AND (
               copy.deleted OR (copy.name, copy.starts, copy.ends, copy.max_attendees)
               IS DISTINCT FROM (excluded.name, excluded.starts, excluded.ends, excluded.max_attendees)))
    RETURNING id
"""  # noqa: S608

DELETE_CONFERENCES = f"""
    INSERT INTO attendees_conferencevo AS copy (id, name, max_attendees, revision, updated, epoch, deleted)
    SELECT record.id, 'conference ' || record.id, 0, record.revision, record.updated, record.epoch, true
    FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::bigint[]) AS record (id, revision, updated, epoch)
    WHERE {NOT_OVER}
    ON CONFLICT (id) DO UPDATE SET
        deleted = true, updated = excluded.updated, epoch = excluded.epoch,
        revision = CASE WHEN copy.epoch = excluded.epoch THEN greatest(copy.revision, excluded.revision)
                        ELSE excluded.revision END
    WHERE copy.epoch < excluded.epoch OR (copy.epoch = excluded.epoch AND NOT copy.deleted)
    RETURNING id
"""  # noqa: S608

# Its epoch stays: what is missing after a restore was never there, and its number may yet be given to another.
DELETE_MISSING = """
    UPDATE attendees_conferencevo SET deleted = true, revision = revision + (revision > 0)::int
    WHERE id IN (
        SELECT id FROM attendees_conferencevo
        WHERE id = ANY(%(ids)s::bigint[]) AND NOT deleted AND (epoch <= %(epoch)s OR %(epoch)s = 0)
        ORDER BY id FOR UPDATE
    )
    RETURNING id, revision
"""

# An original that the source of this epoch never told of; those without a revision are of a course program.
CLOSE_MISSING = """
    UPDATE attendees_accountvo SET is_active = false
    WHERE email IN (
        SELECT email FROM attendees_accountvo WHERE is_active AND epoch < %s AND revision > 0 AND email <> ALL(%s)
        ORDER BY email FOR UPDATE SKIP LOCKED
    )
"""


def copy_accounts(records: Iterable[AccountRecord]) -> int:
    """Make the copies at least as new as `records`; the number of copies that changed."""
    latest = newest(records, key=lambda record: record.email)
    if not latest:
        return 0
    epochs.record_latest(latest)
    with connection.cursor() as cursor:
        cursor.execute(COPY_ACCOUNTS, _columns(latest))
        return cursor.rowcount


def copy_conferences(records: Iterable[ConferenceRecord]) -> list[ConferenceRecord]:
    """Make the copies at least as new as `records`; those of `records` that changed a copy.

    A deleted conference stays deleted, whatever the revision: within an epoch the monolith never uses a number again.
    One without a revision comes back with its source, which may be a monolith of the course that began anew.
    """
    latest = newest(records, key=lambda record: record.id)
    epochs.record_latest(latest)
    changed = _ids(COPY_CONFERENCES, _columns(latest)) if latest else set()
    return [record for record in latest if record.id in changed]


def delete_conferences(records: Iterable[ConferenceDeletion]) -> list[ConferenceDeletion]:
    """Mark copies as deleted, for good; those of `records` that did. A copy we never had becomes a tombstone too."""
    latest = newest(records, key=lambda record: record.id)
    epochs.record_latest(latest)
    deleted = _ids(DELETE_CONFERENCES, _columns(latest)) if latest else set()
    return [record for record in latest if record.id in deleted]


def delete_missing(ids: Collection[int], epoch: int = 0) -> list[ConferenceDeletion]:
    """Mark as deleted what a complete list of this epoch no longer had; the deletions that this found out.

    Such a list does not say when, so the copy keeps the time of its last state.
    """
    with connection.cursor() as cursor:
        cursor.execute(DELETE_MISSING, {"ids": list(ids), "epoch": epoch})
        return [ConferenceDeletion(id_, revision, None) for id_, revision in cursor.fetchall()]


def close_missing(epoch: int, spared: Collection[str]) -> int:
    """Close the copies of accounts of which a whole comparison in this epoch heard nothing, but for the `spared`;
    how many. Those that somebody holds are left to the next comparison."""
    with connection.cursor() as cursor:
        cursor.execute(CLOSE_MISSING, [epoch, list(spared)])
        return cursor.rowcount


def known_deletions(ids: Collection[int]) -> list[ConferenceDeletion]:
    """The deletions of these that are known here."""
    return [ConferenceDeletion.of(copy) for copy in ConferenceVO.objects.filter(id__in=ids, deleted=True)]


def live_ids() -> set[int]:
    """The conferences that are known here and not deleted."""
    return set(ConferenceVO.objects.filter(deleted=False).values_list("id", flat=True))


def _columns(records: Iterable[tuple[object, ...]]) -> list[list[object]]:
    """The statements above name them in the order in which a record has them."""
    return [list(column) for column in zip(*records, strict=True)]


def _ids(statement: str, columns: list[list[object]]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, columns)
        return {row[0] for row in cursor.fetchall()}
