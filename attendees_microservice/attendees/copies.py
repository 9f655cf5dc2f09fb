"""Brings copies up to date. Each function is one statement, and safe to repeat, in any order, from anywhere.

A copy never goes backwards: the statement itself compares revisions, so a late or doubled fact changes
nothing, and two writers at once cannot overtake each other between reading and writing. A fact without a revision
(0) changes only a copy without one, by its time.

Revisions count within an epoch (see `epochs`): a fact of a later one replaces what there is, a tombstone too, and one
of an epoch that is over changes nothing.
"""

from collections.abc import Collection, Iterable

from django.db import connection

from attendees import epochs
from attendees.epochs import NOT_OVER
from attendees.facts import AccountFact, ConferenceFact, ConferenceGone, newest
from attendees.models import ConferenceVO

COPY_ACCOUNTS = f"""
    INSERT INTO attendees_accountvo AS copy (email, first_name, last_name, is_active, revision, updated, epoch)
    SELECT fact.* FROM unnest(
        %s::text[], %s::text[], %s::text[], %s::bool[], %s::bigint[], %s::timestamptz[], %s::bigint[]
    ) AS fact (email, first_name, last_name, is_active, revision, updated, epoch)
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
    SELECT fact.*, false FROM unnest(
        %s::bigint[], %s::text[], %s::timestamptz[], %s::timestamptz[],
        %s::bigint[], %s::bigint[], %s::timestamptz[], %s::bigint[]
    ) AS fact (id, name, starts, ends, max_attendees, revision, updated, epoch)
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

BURY_CONFERENCES = f"""
    INSERT INTO attendees_conferencevo AS copy (id, name, max_attendees, revision, updated, epoch, deleted)
    SELECT fact.id, 'conference ' || fact.id, 0, fact.revision, fact.updated, fact.epoch, true
    FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::bigint[]) AS fact (id, revision, updated, epoch)
    WHERE {NOT_OVER}
    ON CONFLICT (id) DO UPDATE SET
        deleted = true, updated = excluded.updated, epoch = excluded.epoch,
        revision = CASE WHEN copy.epoch = excluded.epoch THEN greatest(copy.revision, excluded.revision)
                        ELSE excluded.revision END
    WHERE copy.epoch < excluded.epoch OR (copy.epoch = excluded.epoch AND NOT copy.deleted)
    RETURNING id
"""  # noqa: S608

# Its epoch stays: what is missing after a restore was never there, and its number may yet be given to another.
BURY_MISSING = """
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


def copy_accounts(facts: Iterable[AccountFact]) -> int:
    """Make the copies at least as new as `facts`; the number of copies that changed."""
    latest = newest(facts, key=lambda fact: fact.email)
    if not latest:
        return 0
    epochs.hear_of(latest)
    with connection.cursor() as cursor:
        cursor.execute(COPY_ACCOUNTS, _columns(latest))
        return cursor.rowcount


def copy_conferences(facts: Iterable[ConferenceFact]) -> list[ConferenceFact]:
    """Make the copies at least as new as `facts`; those of `facts` that changed a copy.

    A deleted conference stays deleted, whatever the revision: within an epoch the monolith never uses a number again.
    One without a revision comes back with its source, which may be a monolith of the course that began anew.
    """
    latest = newest(facts, key=lambda fact: fact.id)
    epochs.hear_of(latest)
    changed = _ids(COPY_CONFERENCES, _columns(latest)) if latest else set()
    return [fact for fact in latest if fact.id in changed]


def bury_conferences(facts: Iterable[ConferenceGone]) -> list[ConferenceGone]:
    """Mark copies as deleted, for good; those of `facts` that did. A copy we never had becomes a tombstone too."""
    latest = newest(facts, key=lambda fact: fact.id)
    epochs.hear_of(latest)
    buried = _ids(BURY_CONFERENCES, _columns(latest)) if latest else set()
    return [fact for fact in latest if fact.id in buried]


def bury_missing(ids: Collection[int], epoch: int = 0) -> list[ConferenceGone]:
    """Mark as deleted what a complete list of this epoch no longer had; the deletions that this found out.

    Such a list does not say when, so the copy keeps the time of its last state.
    """
    with connection.cursor() as cursor:
        cursor.execute(BURY_MISSING, {"ids": list(ids), "epoch": epoch})
        return [ConferenceGone(id_, revision, None) for id_, revision in cursor.fetchall()]


def close_missing(epoch: int, spared: Collection[str]) -> int:
    """Close the copies of accounts of which a whole comparison in this epoch heard nothing, but for the `spared`;
    how many. Those that somebody holds are left to the next comparison."""
    with connection.cursor() as cursor:
        cursor.execute(CLOSE_MISSING, [epoch, list(spared)])
        return cursor.rowcount


def buried(ids: Collection[int]) -> list[ConferenceGone]:
    """The deletions of these that are known here."""
    return [ConferenceGone.of(copy) for copy in ConferenceVO.objects.filter(id__in=ids, deleted=True)]


def live_ids() -> set[int]:
    """The conferences that are known here and not deleted."""
    return set(ConferenceVO.objects.filter(deleted=False).values_list("id", flat=True))


def _columns(facts: Iterable[tuple[object, ...]]) -> list[list[object]]:
    """The statements above name them in the order in which a fact has them."""
    return [list(column) for column in zip(*facts, strict=True)]


def _ids(statement: str, columns: list[list[object]]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, columns)
        return {row[0] for row in cursor.fetchall()}
