"""Fills a monolith's outbox, and has our relay empty it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.ground import Ground
from benchmarks.program import Program

WITHIN = 120  # seconds
FILL = """
    INSERT INTO outbox_outboxmessage (message_id, type, subject, exchange, routing_key, body, headers)
    SELECT uuidv7(), 'presentation.approved', 'presentation/' || n, 'presentations', 'presentation_approvals',
           convert_to(json_build_object('presenter_name', 'Ada Lovelace', 'presenter_email', 'ada@example.com',
                                        'presentation_id', n, 'title', repeat('x', %s))::text, 'UTF8'),
           jsonb_build_object('version', 1, 'subject', 'presentation/' || n, 'published_at_ns', 1767225600000000000)
      FROM generate_series(1, %s) AS n
"""
FILL_ACCOUNTS = """
    INSERT INTO outbox_outboxmessage (message_id, type, subject, exchange, routing_key, body, headers)
    SELECT uuidv7(), 'account.changed', 'account/' || email, 'accounts', '',
           convert_to(json_build_object('email', email, 'first_name', 'Ada', 'last_name', repeat('x', 150),
                                        'is_active', true, 'updated', now())::text, 'UTF8'),
           jsonb_build_object('version', 1, 'revision', n, 'subject', 'account/' || email,
                              'published_at_ns', 1767225600000000000)
      FROM generate_series(1, %s) AS n, LATERAL (SELECT 'ada' || n %% 5000 || '@example.com' AS email) AS address
"""
FRAME = 115  # bytes of such a body beside its title


def fill(cursor: Any, number: int, size: int = 300) -> None:
    """Pending approvals with bodies of about `size` bytes."""
    cursor.execute(FILL, [max(1, size - FRAME), number])


def fill_accounts(cursor: Any, number: int) -> None:
    """Pending changes of 5000 accounts."""
    cursor.execute(FILL_ACCOUNTS, [number])


def commit(cursor: Any, number: int, filling: Callable[[Any, int], None]) -> float:
    """So many messages at once, as in a transaction of the monolith; the time just before the commit."""
    cursor.execute("BEGIN")
    filling(cursor, number)
    cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float")
    (committed,) = cursor.fetchone()
    cursor.execute("COMMIT")
    cursor.execute("NOTIFY outbox")
    return float(committed)


@contextmanager
def relaying(ground: Ground, vhost: str, database: str = "monolith", lab: str = "") -> Iterator[Program]:
    """Our relay, at work: it has sent something already. It tells the lab at that URL, or nobody."""
    command = ["monolith/manage.py", "relay_outbox"]
    with Program(ground, command, ground.env(database, vhost, LAB_URL=lab)) as relay, ground.sql(database) as cursor:
        if database == "monolith":
            cursor.execute("TRUNCATE outbox_outboxmessage")
        fill(cursor, 1)
        wait_until_sent(cursor, relay)
        yield relay


def wait_until_sent(cursor: Any, relay: Program) -> None:
    """Returns once no row is pending. Raises Ended, TimeoutError."""
    deadline = time.monotonic() + WITHIN
    while _is_pending(cursor):
        relay.insist()
        if time.monotonic() > deadline:
            raise TimeoutError(f"rows are still pending after {WITHIN} s")
        time.sleep(0.05)


def _is_pending(cursor: Any) -> bool:
    cursor.execute("SELECT EXISTS (SELECT FROM outbox_outboxmessage WHERE sent_at IS NULL)")
    return bool(cursor.fetchone()[0])
