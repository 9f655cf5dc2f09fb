"""Counts publishing: what it takes to store messages, in any process, and all that the relay does."""

from time import process_time
from typing import Any

from django.db import connection
from django.dispatch import receiver

from messaging.outbox.signals import maintained, stored
from usage.meter import count, flush
from usage.models import Purpose

STATEMENTS = 2  # INSERT, and NOTIFY after the commit


@receiver(stored)
def count_message(bytes: int, cpu_ms: float, **_: Any) -> None:
    """One message was put into the outbox."""
    count(Purpose.PUBLISHING, requests=1, bytes=bytes, queries=STATEMENTS, cpu_ms=cpu_ms)


class RelayMeter:
    """What this process used since it was last asked; its start is not counted."""

    def __init__(self) -> None:
        self._queries = 0
        self._cpu: float | None = None

    def flush(self) -> None:
        """Count it, and flush at once: the relay has no thread for that."""
        now = process_time()
        if self._cpu is None:
            connection.execute_wrappers.append(self._count)
        else:
            count(Purpose.PUBLISHING, queries=self._queries, cpu_ms=1000 * (now - self._cpu))
            flush()
        self._queries, self._cpu = 0, now

    def _count(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self._queries += 1
        return execute(sql, params, many, context)


relay_meter = RelayMeter()


@receiver(maintained)
def count_relay(**_: Any) -> None:
    """The relay of this process has worked on."""
    relay_meter.flush()
