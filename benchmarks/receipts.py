"""What a consumer has done so far, as the receipts say, which are part of what it does."""

import time
from typing import Any

from benchmarks.program import Program

WITHIN = 180  # seconds


def forget_all(cursor: Any) -> None:
    """No receipts, no copies."""
    cursor.execute("TRUNCATE inbox_receipt, attendees_accountvo")


def rate(cursor: Any, number: int, consumer: Program) -> float:
    """Messages a second, once all are done: from the first transaction to the last, without what the first did.
    Raises Ended, TimeoutError."""
    deadline = time.monotonic() + WITHIN
    while count(cursor) < number:
        consumer.insist()
        if time.monotonic() > deadline:
            raise TimeoutError(f"{count(cursor)} of {number} messages are done after {WITHIN} s")
        time.sleep(0.1)
    cursor.execute(
        "SELECT count(*) FILTER (WHERE received_at > first) / extract(epoch FROM max(received_at) - min(first))::float"
        "  FROM (SELECT received_at, min(received_at) OVER () AS first FROM inbox_receipt"
        "         WHERE received_at > now() - interval '5 minutes') AS receipt"
    )
    return float(cursor.fetchone()[0])


def count(cursor: Any) -> int:
    """How many messages are done."""
    cursor.execute("SELECT count(*) FROM inbox_receipt")
    return int(cursor.fetchone()[0])
