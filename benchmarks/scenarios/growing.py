"""Our relay and our subscriber on small tables and on large ones, while what is old is being forgotten."""

from typing import Any

from benchmarks import receipts
from benchmarks.findings import Bar, Finding, Line, Row
from benchmarks.ground import Ground
from benchmarks.plan import Plan
from benchmarks.rounds import Say
from benchmarks.scenarios import consuming
from benchmarks.scenarios.relaying import rate_of_ours

SMALL = 1_000
PIECE = 500_000  # rows to a statement
SENT = """
    INSERT INTO outbox_outboxmessage
        (message_id, type, subject, exchange, routing_key, body, headers, created_at, sent_at)
    SELECT gen_random_uuid(), 'presentation.approved', 'presentation/' || n, 'presentations', 'presentation_approvals',
           convert_to(json_build_object('presenter_name', 'Ada Lovelace', 'presenter_email', 'ada@example.com',
                                        'presentation_id', n, 'title', repeat('x', 180))::text, 'UTF8'),
           jsonb_build_object('version', 1, 'subject', 'presentation/' || n, 'published_at_ns', 1767225600000000000),
           stamp, stamp
      FROM generate_series(%(first)s, %(last)s) AS n,
           LATERAL (SELECT now() - interval '14 days' * (1 - n::float / %(rows)s) AS stamp) AS sent
"""
HAD = """
    INSERT INTO inbox_receipt (message_id, handler, received_at)
    SELECT gen_random_uuid(), 'attendees.handlers.copy_accounts', now() - interval '14 days'
      FROM generate_series(%(first)s, %(last)s)
"""
COPIED = """
    INSERT INTO attendees_accountvo (email, first_name, last_name, is_active, revision, updated)
    SELECT 'ada' || n || '@example.com', 'Ada', repeat('x', 150), true, 0, now()
      FROM generate_series(%(first)s, %(last)s) AS n
"""


def measure(ground: Ground, plan: Plan, say: Say) -> list[Finding]:
    """A small and a large copy of each database, in turns. Half of the large outbox is old enough to be forgotten."""
    sizes = {f"{rows:,} rows".replace(",", " "): rows for rows in (SMALL, plan.grown_to)}
    for service in ("monolith", "attendees"):
        for rows in sizes.values():
            say(f"filling {service} with {rows} rows")
            ground.clone(service, f"{service}_{rows}")
            _fill(ground, service, rows)
    relay = [Row(name, []) for name in sizes]
    consume = [Row(name, []) for name in sizes]
    for number in range(plan.rounds):
        for row, rows in zip(relay, sizes.values(), strict=True):
            say(f"round {number + 1} of {plan.rounds}: relay, {row.name}")
            row.figures.append(rate_of_ours(ground, plan.messages, database=f"monolith_{rows}"))
        for row, rows in zip(consume, sizes.values(), strict=True):
            say(f"round {number + 1} of {plan.rounds}: consume, {row.name}")
            row.figures.append(consuming.rate_of_ours(ground, plan.messages, f"attendees_{rows}"))
    return [
        _finding("relay", "Relay, by the rows in its outbox", relay, list(sizes.values())),
        _finding("consume", "Consume, by the receipts and the copies that are there", consume, list(sizes.values())),
        _bloat(ground, plan.grown_to),
    ]


def _fill(ground: Ground, service: str, rows: int) -> None:
    with ground.sql(f"{service}_{rows}") as cursor:
        cursor.execute("SET synchronous_commit = off")
        if service == "attendees":
            receipts.forget_all(cursor)
        for statement in (SENT,) if service == "monolith" else (HAD, COPIED):
            for first in range(1, rows + 1, PIECE):
                cursor.execute(statement, {"first": first, "last": min(rows, first + PIECE - 1), "rows": rows})
        cursor.execute("VACUUM ANALYZE" if service == "attendees" else "VACUUM ANALYZE outbox_outboxmessage")


def _finding(key: str, title: str, rows: list[Row], sizes: list[int]) -> Finding:
    small, large = rows
    found = Finding(f"growth-{key}", title, "messages/s", rows, axis="rows in the tables")
    found.lines = [Line("ours", list(map(float, sizes)), [row.median for row in rows])]
    found.bars = [Bar(f"{key}, largest ÷ smallest tables", large.median / small.median, at_least=0.8)]
    return found


def _bloat(ground: Ground, rows: int) -> Finding:
    """What the large outbox takes on disk once the rounds are over, while what is old in it is being forgotten."""
    with ground.sql(f"monolith_{rows}") as cursor:
        figures = [Row("index of pending rows, after the rounds", [_size(cursor, "outbox_pending")])]
        figures.append(Row("outbox with its indexes, after the rounds", [_total(cursor)]))
    return Finding("bloat", "Disk of the large outbox", "MB", figures)


def _size(cursor: Any, name: str) -> float:
    cursor.execute("SELECT pg_relation_size(%s::regclass) / 1e6", [name])
    return float(cursor.fetchone()[0])


def _total(cursor: Any) -> float:
    cursor.execute("SELECT pg_total_relation_size('outbox_outboxmessage') / 1e6")
    return float(cursor.fetchone()[0])
