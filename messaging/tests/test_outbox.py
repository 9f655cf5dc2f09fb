"""Publishing is part of the caller's transaction: a row that waits to be read."""

import re
from contextlib import closing, suppress

import pytest
from django.db import transaction
from django.test.utils import CaptureQueriesContext

from messaging.database import alias, connection
from messaging.errors import OutsideTransaction
from messaging.outbox import publish
from messaging.outbox.models import OutboxMessage
from messaging.outbox.pending import begin_session, pending
from messaging.tests.conftest import approval

pytestmark = pytest.mark.django_db(transaction=True)


def test_outside_a_transaction_it_is_refused():
    with pytest.raises(OutsideTransaction, match=r"use transaction\.atomic"):
        publish(approval(1))


def test_what_is_rolled_back_was_never_published():
    with pytest.raises(ZeroDivisionError), transaction.atomic(alias()):
        publish(approval(1))
        raise ZeroDivisionError

    assert not OutboxMessage.objects.exists()


def test_a_row_holds_the_message_as_it_will_travel():
    message = approval(1)
    with transaction.atomic(alias()):
        publish(message)

    begin_session()
    (row,) = pending(10)
    assert row.subject == "presentation/1"
    assert (row.wire.id, row.wire.body, row.wire.key) == (
        message.message_id, message.wire().body, "presentation_approvals",
    )  # fmt: skip


def plan_of_reading(**settings: object) -> str:
    """How Postgres would read a batch of the relay."""
    begin_session()
    asked = []
    with connection.execute_wrapper(lambda execute, *query: asked.append(query) or execute(*query)):
        pending(10)
    with connection.cursor() as cursor:
        for name, value in settings.items():
            cursor.execute(f"SET {name} = {value}")
        cursor.execute(f"EXPLAIN {asked[0][0]}", asked[0][1])
        plan = "\n".join(line for (line,) in cursor)
    connection.close()
    return plan


def test_a_backlog_is_read_in_the_order_of_its_index_even_where_sorting_it_seems_cheaper():
    with transaction.atomic(alias()):
        for number in range(1, 100):
            publish(approval(number))

    plan = plan_of_reading(random_page_cost=100000)

    assert "Index Scan using outbox_pending" in plan
    assert "Sort" not in plan


def test_a_backlog_that_statistics_know_nothing_of_is_not_compared_row_by_row():
    with transaction.atomic(alias()):
        for number in range(1, 300):
            publish(approval(number))
    OutboxMessage.objects.update(sent_at="2026-01-01T00:00Z")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE outbox_outboxmessage")
    OutboxMessage.objects.update(sent_at=None)

    plan = plan_of_reading()

    assert re.findall(r"using (outbox_\w+)", plan) == ["outbox_pending", "outbox_held"]
    assert "Index Cond: ((subject)::text = (" in plan


def test_many_messages_of_one_transaction_wake_the_relay_once_also_after_a_savepoint_that_failed():
    with CaptureQueriesContext(connection) as statements, transaction.atomic(alias()):
        with suppress(ZeroDivisionError), transaction.atomic(alias()):
            publish(approval(1))
            raise ZeroDivisionError
        for number in range(2, 102):
            with transaction.atomic(alias()):
                publish(approval(number))

    assert [each["sql"] for each in statements if each["sql"].startswith("NOTIFY")] == ["NOTIFY outbox"]


def test_a_session_that_ends_right_after_the_commit_fails_nobody():
    with transaction.atomic(alias()):
        transaction.on_commit(end_this_session, using=alias())
        publish(approval(1))
    connection.close()

    assert OutboxMessage.objects.get().sent_at is None


def end_this_session() -> None:
    with closing(connection.copy()) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
