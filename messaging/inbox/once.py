"""The inbox: a receipt and the effect it stands for are one transaction."""

import functools
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID

from django.db import InterfaceError, InternalError, OperationalError, close_old_connections, transaction

from messaging import metrics
from messaging.database import alias, connection
from messaging.errors import Locked, Outage, state_of
from messaging.message import Message

log = logging.getLogger(__name__)

AnyMessage = TypeVar("AnyMessage", bound=Message)

# SQLSTATE classes that say "not now" (postgresql.org/docs/current/errcodes-appendix.html): connection,
# read-only transaction (a failover, a full disk), rolled back (deadlock, serialisation), out of resources, the server
# goes away, error of the system below. Not 57014: a statement that took too long is the message's own, which otherwise
# would hold up its queue for ever.
NOT_NOW = ("08", "25006", "40", "53", "57P", "58")
LOCKED = "55P03"
NAME_LENGTH = 100  # of the column

# In the order of the ids, so that two workers with some of the same never wait for each other in a circle.
CLAIM = """
    INSERT INTO inbox_receipt (message_id, handler)
    SELECT id, %s FROM unnest(%s::uuid[]) AS id ORDER BY id
    ON CONFLICT DO NOTHING RETURNING message_id
"""
# Before it, in the same statement: of a batch, a locked row is soon found out about, by halves.
SHORT_LOCKS = "WITH locks AS MATERIALIZED (SELECT set_config('lock_timeout', '500ms', true))"
CLAIM_BATCH = SHORT_LOCKS + CLAIM.replace("unnest", "locks, unnest")


def once(name: str) -> Callable[[Callable[[AnyMessage], object]], Callable[[AnyMessage], None]]:
    """Make the decorated handler take effect once per message id, in the transaction that also stores the receipt.

    Both are committed, or neither is: after a crash the message comes again and finds no receipt. Raises
    Outage when the database is away, and whatever the handler raises, with nothing stored.

    `name` is what the receipt calls the handler: at most 100 characters, of no other handler of the service. The
    function may be renamed and moved; the name stays, as with another one all receipts would count for nothing.
    """
    _insist_on_a_name(name)

    def of_one(handler: Callable[[AnyMessage], object]) -> Callable[[AnyMessage], None]:
        of_a_batch = once_each(name)(functools.update_wrapper(lambda messages: handler(messages[0]), handler))
        return functools.update_wrapper(lambda message: of_a_batch([message]), handler)

    return of_one


def once_each(name: str) -> Callable[[Callable[[list[AnyMessage]], object]], Callable[[list[AnyMessage]], None]]:
    """The same for a handler of batches: it is given those that come for the first time, in their order."""
    _insist_on_a_name(name)

    def of_a_batch(handler: Callable[[list[AnyMessage]], object]) -> Callable[[list[AnyMessage]], None]:
        @functools.wraps(handler)
        def handle(messages: list[AnyMessage]) -> None:
            with errors_as_outages(), transaction.atomic(alias()):
                fresh = _claim(messages, name)
                if fresh:
                    handler(fresh)

        return handle

    return of_a_batch


def _insist_on_a_name(name: object) -> None:
    if not isinstance(name, str) or not 0 < len(name) <= NAME_LENGTH:
        raise TypeError(f"name the handler for its receipts: @once('my_handler'), at most {NAME_LENGTH} characters")


@contextmanager
def outages_of_the_database() -> Iterator[None]:
    """Start with a usable connection; raise Outage where the database is away or asks to try again."""
    if not connection.in_atomic_block:
        close_old_connections()
    with errors_as_outages():
        yield


@contextmanager
def errors_as_outages() -> Iterator[None]:
    """As above, without the health check: for work that is retried as a whole."""
    try:
        yield
    except (OperationalError, InterfaceError, InternalError) as error:
        if state_of(error) == LOCKED:
            raise Locked(f"database: {str(error).strip()}") from error
        if _is_outage(error):
            connection.close()
            raise Outage(f"database: {str(error).strip()}") from error
        raise


def _claim(messages: list[AnyMessage], handler: str) -> list[AnyMessage]:
    """Store receipts; the messages that had none. Waits for another worker that is just storing one of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            CLAIM if len(messages) == 1 else CLAIM_BATCH,
            [handler, [message.message_id.hex for message in messages]],
        )
        if cursor.rowcount == len(messages):
            return messages
        claimed = {UUID(str(message_id)) for (message_id,) in cursor}
    fresh = []
    for message in messages:
        if message.message_id in claimed:
            claimed.remove(message.message_id)
            fresh.append(message)
        else:
            metrics.DUPLICATES.labels(message.type).inc()
            log.info("%s %s came again; its effect stands", message.type, message.message_id)
    return fresh


def _is_outage(error: Exception) -> bool:
    state = state_of(error)
    if state is None:
        return not isinstance(error, InternalError)
    return bool(state.startswith(NOT_NOW))
