"""What a consumer has done so far, as the receipts say, which are part of what it does."""

import time
from typing import Any

from benchmarks.program import Program

WITHIN = 180  # seconds
SINCE = "FROM inbox_receipt WHERE received_at >= %s"


def forget_all(cursor: Any) -> None:
    """No receipts, no copies."""
    cursor.execute("TRUNCATE inbox_receipt, attendees_accountvo")


def now(cursor: Any) -> Any:
    """By the clock that receipts are dated by."""
    cursor.execute("SELECT clock_timestamp()")
    (moment,) = cursor.fetchone()
    return moment


def rate(cursor: Any, number: int, since: Any, consumer: Program) -> float:
    """Messages a second, once so many are done: from the first transaction to the last, without what the first did.
    Raises Ended, TimeoutError."""
    deadline = time.monotonic() + WITHIN
    while True:
        began = time.monotonic()
        done = count(cursor, since)
        if done >= number:
            break
        consumer.insist()
        if began > deadline:
            raise TimeoutError(f"{done} of {number} messages are done after {WITHIN} s")
        # To count millions of rows again and again would take a core from the consumer.
        time.sleep(max(0.1, 10 * (time.monotonic() - began)))
    cursor.execute(
        "SELECT count(*) FILTER (WHERE received_at > first) / extract(epoch FROM max(received_at) - min(first))"
        f"  FROM (SELECT received_at, min(received_at) OVER () AS first {SINCE}) AS receipt",
        [since],
    )
    return float(cursor.fetchone()[0])


def count(cursor: Any, since: Any) -> int:
    """How many messages were done since."""
    cursor.execute(f"SELECT count(*) {SINCE}", [since])
    return int(cursor.fetchone()[0])
