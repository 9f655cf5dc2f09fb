"""Sent rows go once they are old, unless somebody still needs them."""

from collections.abc import Collection

from messaging.database import connection
from messaging.outbox.signals import forgetting

KEPT_DAYS = 7  # sent rows stay this long: to be looked at, and sent again when nobody confirms their effect

# What is unsent, and what was kept before, is passed by, so that many of these in front do not keep the rest.
LOOK = """
    SELECT count(*), max(id), bool_or(coalesce(sent_at, created_at) < old),
           array_agg(id ORDER BY id) FILTER (WHERE sent_at < old),
           array_agg(subject ORDER BY id) FILTER (WHERE sent_at < old)
      FROM (SELECT id, subject, sent_at, created_at, now() - %s * interval '1 day' AS old
              FROM outbox_outboxmessage WHERE id > %s ORDER BY id LIMIT %s) AS next
"""
DELETE = "DELETE FROM outbox_outboxmessage WHERE id = ANY(%s) AND sent_at < now() - %s * interval '1 day'"


class Forgetting:
    """Goes through the table from the oldest row on, a batch at a time, and over again.

    A hundred rows take a third of a millisecond, on any size of the table: who calls it holds up what is pending for
    that.
    """

    def __init__(self) -> None:
        self._after = 0

    def forget_sent(self, most: int) -> int:
        """Of the next rows, so many at most, delete those that were sent KEPT_DAYS ago, and count them.

        Never an unsent one, nor one that a receiver of `forgetting` still needs.
        """
        with connection.cursor() as cursor:
            cursor.execute(LOOK, [KEPT_DAYS, self._after, most])
            number, last, is_among_old_ones, ids, subjects = cursor.fetchone()
            self._after = last if number == most and is_among_old_ones else 0
            if not ids:
                return 0
            needed = _needed(set(subjects))
            ids = [id_ for id_, subject in zip(ids, subjects, strict=True) if subject not in needed]
            cursor.execute(DELETE, [ids, KEPT_DAYS])
            return int(cursor.rowcount)


def _needed(subjects: Collection[str]) -> set[str]:
    return {each for _, needed in forgetting.send(Forgetting, subjects=subjects) for each in needed or ()}
