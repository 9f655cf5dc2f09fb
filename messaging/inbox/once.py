"""The inbox: a receipt and the effect it stands for are one transaction."""

import functools
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import InterfaceError, OperationalError, close_old_connections, connection, transaction

from messaging import metrics
from messaging.errors import Outage
from messaging.message import Message

log = logging.getLogger(__name__)

AnyMessage = TypeVar("AnyMessage", bound=Message)

# SQLSTATE classes that say "not now" (postgresql.org/docs/current/errcodes-appendix.html): connection,
# rolled back (deadlock, serialisation), out of resources, lock not available, operator intervention.
NOT_NOW = ("08", "40", "53", "55P03", "57")


def once(handler: Callable[[AnyMessage], object]) -> Callable[[AnyMessage], None]:
    """Make `handler` take effect once per message id, in the transaction that also stores the receipt.

    Both are committed, or neither is: after a crash the message comes again and finds no receipt. Raises
    Outage when the database is away, and whatever the handler raises, with nothing stored.
    """
    name = f"{handler.__module__}.{handler.__qualname__}"[-100:]

    @functools.wraps(handler)
    def handle(message: AnyMessage) -> None:
        with outages_of_the_database(), transaction.atomic():
            if _claim(message, name):
                handler(message)
            else:
                metrics.DUPLICATES.labels(message.type).inc()
                log.info("%s %s came again; its effect stands", message.type, message.message_id)

    return handle


@contextmanager
def outages_of_the_database() -> Iterator[None]:
    """Start with a usable connection; raise Outage where the database is away or asks to try again."""
    if not connection.in_atomic_block:
        close_old_connections()
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        if _is_outage(error):
            connection.close()
            raise Outage(f"database: {str(error).strip()}") from error
        raise


def _claim(message: Message, handler: str) -> bool:
    """Store the receipt; False if it is there already. Waits for another worker that is just storing it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO inbox_receipt (message_id, handler) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            [message.message_id, handler],
        )
        return bool(cursor.rowcount)


def _is_outage(error: Exception) -> bool:
    state = getattr(error.__cause__, "pgcode", None)
    return state is None or state.startswith(NOT_NOW)
