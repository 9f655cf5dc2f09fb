"""Feeds of changes: what was written since a cursor, in an order in which nothing is ever skipped.

Numbers that writers draw, ids or times, do not become visible in their order: 8 may be committed before 7, and
whoever remembered 8 would never see 7. So each row keeps the number of the transaction that wrote it last, and a
feed shows only rows below the oldest transaction that is still open: whatever is there can get no neighbour.
"""

import re
from dataclasses import dataclass
from typing import Any, Self

from django.db import connection
from rest_framework import serializers

BIGINT = 2**63 - 1  # the largest number a column holds
MOST = 1000  # rows on one page
NOT_YET = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
WRITTEN = ("accounts_account", "events_conference", "events_deletedconference")
RENUMBER = """
    UPDATE {} SET written_in = pg_current_xact_id()::text::bigint
     WHERE written_in > (SELECT pg_current_xact_id()::text::bigint)
"""


class StaleCursor(Exception):
    """The cursor is of another epoch, or from further on: data were restored, made anew, or lost by a failover."""

    def __init__(self, beyond: int | None = None) -> None:
        self.beyond = beyond  # the epoch in which this database must have been further on already
        super().__init__("This cursor is of another or a later database; begin again without `after`.")


@dataclass(frozen=True)
class Cursor:
    """A place in a feed: just behind this row, as this transaction wrote it, in the epoch `source` (hexadecimal)."""

    source: str
    written_in: int = 0
    id: int = 0

    @classmethod
    def parse(cls, text: str) -> Self:
        """The cursor in a text. Raises ValueError."""
        found = re.fullmatch(r"([0-9a-f]{1,16})\.(\d{1,19})\.(\d{1,19})", text, re.ASCII)
        if not found or int(found[2]) > BIGINT or int(found[3]) > BIGINT:
            raise ValueError(text)
        return cls(found[1], int(found[2]), int(found[3]))

    def __str__(self) -> str:
        return f"{self.source}.{self.written_in}.{self.id}"

    @property
    def epoch(self) -> int:
        """The epoch in which it was given."""
        return int(self.source, 16)

    def must_be_of(self, epoch: int, not_yet: int) -> None:
        """Raises StaleCursor unless it was given in this epoch, by a transaction that was numbered below `not_yet`."""
        if self.epoch != epoch or self.written_in >= not_yet:
            raise StaleCursor(self.epoch if (self.epoch, self.written_in) >= (epoch, not_yet) else None)


def renumber_restored() -> None:
    """Let rows that another server's transactions wrote be told: a restored dump may bring numbers from the future."""
    with connection.cursor() as cursor:
        for table in WRITTEN:
            cursor.execute(RENUMBER.format(table))


LONGEST_CURSOR = 100


class CursorField(serializers.CharField):
    """A cursor that a feed gave."""

    default_error_messages = {"cursor": "This is no cursor of this feed: send one that it gave, or begin without."}

    def to_internal_value(self, data: Any) -> Cursor:
        """The cursor. Raises ValidationError."""
        text = super().to_internal_value(data)
        if len(text) > LONGEST_CURSOR:
            self.fail("cursor")
        try:
            return Cursor.parse(text)
        except ValueError:
            self.fail("cursor")


class Question(serializers.Serializer):
    """What someone asks of a feed."""

    after = CursorField(required=False)
    page_size = serializers.IntegerField(min_value=1, max_value=MOST, default=500)


def page(rows: str, question: dict[str, Any], epoch: int) -> dict[str, Any]:
    """The next page of a feed: `changes`, the `cursor` behind them, and whether there are `more` already.

    `epoch` was asked for before, so that what is told under it is never of an earlier one. `rows` is a SELECT of
    `written_in`, `id` and what the changes say, in the order of those two: at most %(limit)s rows behind
    (%(written_in)s, %(id)s), and none that an open transaction may yet get in front of.
    Raises StaleCursor, or ValidationError for a question that cannot be understood.
    """
    asked = Question(data=question)
    asked.is_valid(raise_exception=True)
    size = asked.validated_data["page_size"]
    with connection.cursor() as cursor:
        cursor.execute(NOT_YET)
        after = asked.validated_data.get("after", Cursor(f"{epoch:x}"))
        after.must_be_of(epoch, *cursor.fetchone())
        cursor.execute(rows, {"written_in": after.written_in, "id": after.id, "limit": size + 1})
        names = [column.name for column in cursor.description]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    shown = found[:size]
    behind = Cursor(after.source, shown[-1]["written_in"], shown[-1]["id"]) if shown else after
    return {"changes": shown, "cursor": str(behind), "more": len(found) > size}
