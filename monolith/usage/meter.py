"""Adds up what is used, in memory, and writes it to the database now and then: never a statement for each request."""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from datetime import timedelta
from typing import Any

from django.db import Error, connection
from django.utils import timezone

from usage.models import Purpose

log = logging.getLogger(__name__)

EVERY = 1.0  # seconds between two writes
KEPT = timedelta(days=1)

ADD = """
    INSERT INTO bill_charge AS known (purpose, minute, requests, bytes, queries, cpu_ms)
    VALUES (%s, date_trunc('minute', now()), %s, %s, %s, %s)
    ON CONFLICT (minute, purpose) DO UPDATE SET
        requests = known.requests + excluded.requests, bytes = known.bytes + excluded.bytes,
        queries = known.queries + excluded.queries, cpu_ms = known.cpu_ms + excluded.cpu_ms
"""

FORGET = "DELETE FROM bill_charge WHERE minute < %s"


@dataclass
class Sum:
    """What came together since the last write."""

    requests: int = 0
    bytes: int = 0
    queries: int = 0
    cpu_ms: float = 0.0


_sums: defaultdict[Purpose, Sum] = defaultdict(Sum)
_lock = threading.Lock()


def count(purpose: Purpose, *, requests: int = 0, bytes: int = 0, queries: int = 0, cpu_ms: float = 0.0) -> None:
    """Count this; milliseconds of CPU. Costs no statement. May be called from any thread."""
    with _lock:
        known = _sums[purpose]
        known.requests += requests
        known.bytes += bytes
        known.queries += queries
        known.cpu_ms += cpu_ms


@contextmanager
def counted_queries() -> Iterator[list[None]]:
    """A list that gets an entry for each SQL statement of this thread in the block."""
    seen: list[None] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append(None)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield seen


def flush() -> None:
    """Add what came together to the samples of all processes, and forget what is older than KEPT.

    Raises django.db.Error, and then that much is lost: figures are no reason to keep anything waiting.
    """
    with _lock:
        sums = dict(_sums)
        _sums.clear()
    if sums:
        with connection.cursor() as cursor:
            for purpose, known in sorted(sums.items()):
                cursor.execute(ADD, [purpose.value, *astuple(known)])
            cursor.execute(FORGET, [timezone.now() - KEPT])


def keep_flushing() -> None:
    """Flush every EVERY seconds on a thread of its own, for as long as the process lives."""

    def run() -> None:
        while True:
            time.sleep(EVERY)
            try:
                flush()
            except Error as error:
                log.warning("the usage of the last second is lost: %s", " ".join(str(error).split()))
                connection.close()

    threading.Thread(target=run, name="usage", daemon=True).start()
