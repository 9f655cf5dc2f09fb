"""Our relay and our subscriber on small tables and on large ones, while what is old is being forgotten."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

from benchmarks import receipts
from benchmarks.bars import Bar
from benchmarks.findings import Finding, Line, Row, number
from benchmarks.ground import Ground
from benchmarks.outbox import fill
from benchmarks.plan import Plan
from benchmarks.rounds import Say, rounds
from benchmarks.scenarios import consuming
from benchmarks.scenarios.relaying import rate_of_ours

SMALL = 1_000
PIECE = 500_000  # rows to a statement
SENT = """
    INSERT INTO outbox_outboxmessage
        (message_id, type, subject, exchange, routing_key, body, headers, created_at, sent_at)
    SELECT uuidv7(stamp - now()), 'presentation.approved', 'presentation/' || n,
           'presentations', 'presentation_approvals', body, headers, stamp, stamp
      FROM (SELECT body, headers FROM outbox_outboxmessage ORDER BY id LIMIT 1) AS one,
           generate_series(%(first)s, %(last)s) AS n,
           LATERAL (SELECT now() - interval '14 days' * (1 - n::float / %(rows)s) AS stamp) AS sent
"""
HAD = """
    INSERT INTO inbox_receipt (message_id, handler, received_at)
    SELECT uuidv7(stamp - now()), 'attendees.handlers.copy_accounts', stamp
      FROM generate_series(%(first)s, %(last)s) AS n,
           LATERAL (SELECT now() - interval '14 days' * (1 - n::float / %(rows)s) AS stamp) AS received
"""
COPIED = """
    INSERT INTO attendees_accountvo (email, first_name, last_name, is_active, revision, updated)
    SELECT 'ada' || n || '@example.com', 'Ada', repeat('x', 150), true, 0, now()
      FROM generate_series(%(first)s, %(last)s) AS n
"""
DISK = """
    SELECT pg_relation_size('outbox_pending') / 1e6 AS "index of pending rows",
           pg_total_relation_size('outbox_outboxmessage') / 1e6 AS "outbox with its indexes",
           n_live_tup AS rows, n_dead_tup AS dead, autovacuum_count AS vacuums
      FROM pg_stat_user_tables WHERE relname = 'outbox_outboxmessage'
"""


def measure(ground: Ground, plan: Plan, say: Say) -> list[Finding]:
    """A small and a large copy of each database, in turns. Half of the large outbox is old enough to be forgotten."""
    sizes = {f"{rows:,} rows".replace(",", " "): rows for rows in (SMALL, plan.grown_to)}
    say(f"filling tables with {' and '.join(sizes)}")
    with ThreadPoolExecutor() as pool:
        list(pool.map(partial(_fill, ground, list(sizes.values())), ("monolith", "attendees")))
    ground.settle()
    before = _disk(ground, plan.grown_to)
    relay = _finding("relay", "Relay, by the rows in its outbox", sizes)
    consume = _finding("consume", "Consume, by the receipts and the copies that are there", sizes)
    for name in rounds(plan, relay, consume):
        for row in relay.rows:
            say(f"{name}: relay, {row.name}")
            row.figures.append(rate_of_ours(ground, plan.messages, database=f"monolith_{sizes[row.name]}"))
        for row in consume.rows:
            say(f"{name}: consume, {row.name}")
            row.figures.append(consuming.rate_of_ours(ground, plan.messages, f"attendees_{sizes[row.name]}"))
    for found in (relay, consume):
        found.lines = [Line("ours", list(map(float, sizes.values())), [row.median for row in found.rows])]
    return [relay, consume, _bloat(before, _disk(ground, plan.grown_to))]


def _fill(ground: Ground, sizes: list[int], service: str) -> None:
    for rows in sizes:
        ground.clone(service, f"{service}_{rows}")
        with ground.sql(f"{service}_{rows}") as cursor:
            cursor.execute("SET synchronous_commit = off")
            if service == "monolith":
                cursor.execute("TRUNCATE outbox_outboxmessage")
                fill(cursor, 1)
                cursor.execute("UPDATE outbox_outboxmessage SET sent_at = created_at")
            else:
                receipts.forget_all(cursor)
            for statement in (SENT,) if service == "monolith" else (HAD, COPIED):
                for first in range(1, rows + 1, PIECE):
                    cursor.execute(statement, {"first": first, "last": min(rows, first + PIECE - 1), "rows": rows})
            cursor.execute("VACUUM ANALYZE")


def _finding(key: str, title: str, sizes: dict[str, int]) -> Finding:
    small, large = sizes
    bars = [Bar(f"{key}, largest ÷ smallest tables", large, small, at_least=0.8)]
    rows = [Row(name, []) for name in sizes]
    return Finding(f"growth-{key}", title, "messages/s", rows, bars, axis="rows in the tables")


def _disk(ground: Ground, rows: int) -> dict[str, float]:
    """What the large outbox takes on disk, in MB; its dead rows; how often it was cleaned up by Postgres itself."""
    with ground.sql(f"monolith_{rows}") as cursor:
        cursor.execute(DISK)
        return dict(zip((column.name for column in cursor.description), map(float, cursor.fetchone()), strict=True))


def _bloat(before: dict[str, float], after: dict[str, float]) -> Finding:
    """What the large outbox takes on disk once the rounds are over, while what is old in it was being forgotten."""
    rows = [
        Row(f"{name}, {when}", [disk[name]])
        for name in ("index of pending rows", "outbox with its indexes")
        for when, disk in (("before the rounds", before), ("after", after))
    ]
    found = Finding("bloat", "Disk of the large outbox", "MB", rows)
    found.note = (
        f"It had {number(before['rows'])} rows, afterwards {number(after['rows'])}, and {number(after['dead'])} dead"
        f" ones; Postgres cleaned up {number(after['vacuums'] - before['vacuums'])} times by itself meanwhile."
    )
    return found
