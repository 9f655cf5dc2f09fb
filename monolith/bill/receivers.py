"""Charges publishing: what it takes to store messages, in any process, and all that the relay does."""

from time import process_time
from typing import Any

from django.db import connection
from django.dispatch import receiver

from bill.meter import charge, write_down
from bill.models import Purpose
from messaging.outbox.signals import maintained, stored

STATEMENTS = 2  # INSERT, and NOTIFY after the commit


@receiver(stored)
def charge_message(bytes: int, cpu_ms: float, **_: Any) -> None:
    """One message was put into the outbox."""
    charge(Purpose.PUBLISHING, requests=1, bytes=bytes, queries=STATEMENTS, cpu_ms=cpu_ms)


class RelayMeter:
    """What this process used since it was last asked; its start is not charged."""

    def __init__(self) -> None:
        self._queries = 0
        self._cpu: float | None = None

    def charge(self) -> None:
        """Charge it, and write it down at once: the relay has no thread for that."""
        now = process_time()
        if self._cpu is None:
            connection.execute_wrappers.append(self._count)
        else:
            charge(Purpose.PUBLISHING, queries=self._queries, cpu_ms=1000 * (now - self._cpu))
            write_down()
        self._queries, self._cpu = 0, now

    def _count(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self._queries += 1
        return execute(sql, params, many, context)


relay_meter = RelayMeter()


@receiver(maintained)
def charge_relay(**_: Any) -> None:
    """The relay of this process has worked on."""
    relay_meter.charge()
