"""Publishing is part of the caller's transaction; the relay moves what was committed."""

import re
import threading
from contextlib import closing

import psycopg2
import pytest
from django.db import Error, connection, transaction
from pika.exceptions import ChannelClosedByBroker

from messaging.errors import OutsideTransaction
from messaging.outbox import publish
from messaging.outbox.models import OutboxMessage
from messaging.outbox.relay import CONFIRM_TIMEOUT, RELAY_LOCK, Relay, hear
from messaging.outbox.rows import CHANNEL, begin_session, forget_sent, pending
from messaging.publisher import Publisher
from messaging.tests.conftest import approval, eventually
from messaging.topology import PRESENTATION_APPROVALS


@pytest.mark.django_db(transaction=True)
class TestPublish:
    def test_outside_a_transaction_it_is_refused(self):
        with pytest.raises(OutsideTransaction, match=r"use transaction\.atomic"):
            publish(approval(1))

    def test_what_is_rolled_back_was_never_published(self):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            publish(approval(1))
            raise ZeroDivisionError

        assert not OutboxMessage.objects.exists()

    def test_a_row_holds_the_message_as_it_will_travel(self):
        message = approval(1)
        with transaction.atomic():
            publish(message)

        begin_session()
        (row,) = pending(10)
        assert row.subject == "presentation/1"
        assert (row.wire.id, row.wire.body, row.wire.key) == (
            message.message_id, message.wire().body, "presentation_approvals",
        )  # fmt: skip


@pytest.fixture
def relay(broker_url, stop):
    relay = Relay(broker_url, "test relay", stop)
    with Publisher(broker_url, "test relay") as publisher:
        relay.begin(publisher)
        eventually(lambda: publisher.is_open or publisher.turn(0.1))
        yield relay


def drain(relay: Relay) -> None:
    relay.look()
    relay.turn()
    while relay._in_flight or relay._next_look == 0:
        relay.turn()


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


@pytest.mark.django_db(transaction=True)
class TestRelay:
    def test_everything_committed_is_delivered_in_order_and_marked(self, relay, channel):
        with transaction.atomic():
            for number in range(1, 1201):
                publish(approval(number))

        drain(relay)

        delivered = [channel.basic_get(PRESENTATION_APPROVALS.name)[1].message_id for _ in range(1200)]
        in_order = OutboxMessage.objects.order_by("id").values_list("message_id", flat=True)
        assert delivered == [str(message_id) for message_id in in_order]
        assert not OutboxMessage.objects.filter(sent_at=None).exists()

    def test_an_unroutable_message_stays_and_holds_only_its_own_subject(self, relay, channel):
        with transaction.atomic():
            for number in (1, 2, 1):
                publish(approval(number))
        first = OutboxMessage.objects.order_by("id").first()
        OutboxMessage.objects.filter(pk=first.pk).update(routing_key="nowhere")

        drain(relay)

        rows = OutboxMessage.objects.order_by("id").values_list("subject", "attempts", "last_error")
        assert list(rows.filter(sent_at=None)) == [
            ("presentation/1", 1, "no queue is bound for it"),
            ("presentation/1", 0, ""),
        ]
        assert list(rows.exclude(sent_at=None)) == [("presentation/2", 0, "")]

    def test_of_one_subject_one_message_is_on_its_way_at_a_time(self, relay):
        with transaction.atomic():
            for number in (1, 1, 2):
                publish(approval(number))

        for _ in range(2):
            relay._send()

        on_their_way = [[row.subject for row in flight.rows] for flight in relay._in_flight]
        assert on_their_way == [["presentation/1", "presentation/2"]]

    def test_a_binding_that_somebody_deleted_is_made_again(self, relay, channel):
        channel.queue_unbind(PRESENTATION_APPROVALS.name, "presentations", PRESENTATION_APPROVALS.name)
        with transaction.atomic():
            publish(approval(1))

        eventually(lambda: drain(relay) or OutboxMessage.objects.get().sent_at)

    def test_without_a_broker_nothing_is_marked(self, stop, caplog):
        running = threading.Thread(target=Relay("amqp://guest:guest@127.0.0.1:1/", "test relay", stop).run)
        running.start()
        with transaction.atomic():
            publish(approval(1))

        eventually(lambda: caplog.text.count("lost RabbitMQ") > 1)
        stop.set()
        running.join()

        assert OutboxMessage.objects.get().sent_at is None

    def test_what_a_broker_never_confirmed_is_never_marked(self, relay, channel):
        with transaction.atomic():
            publish(approval(1))
        OutboxMessage.objects.update(exchange="missing")  # the broker closes the channel instead of answering

        with pytest.raises(ChannelClosedByBroker):
            drain(relay)

        assert OutboxMessage.objects.get().sent_at is None

    def test_a_broker_that_says_nothing_is_not_waited_for_for_ever(self, relay):
        with transaction.atomic():
            publish(approval(1))
        relay._send()
        relay._in_flight[0].sent -= CONFIRM_TIMEOUT

        with pytest.raises(ConnectionError, match="no confirmation for 90 s"):
            relay._settle()

        assert OutboxMessage.objects.get().sent_at is None

    def test_of_two_relays_one_stands_by(self, broker_url, stop, caplog):
        caplog.set_level("INFO")
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [RELAY_LOCK])

        standby = threading.Thread(target=Relay(broker_url, "standby", stop).run)
        standby.start()

        eventually(lambda: "standing by" in caplog.text)
        stop.set()
        standby.join()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [RELAY_LOCK])

    def test_a_commit_wakes_the_relay(self, broker_url, stop, channel, caplog):
        caplog.set_level("INFO")
        running = threading.Thread(target=Relay(broker_url, "running", stop).run)
        running.start()
        eventually(lambda: "relaying the outbox" in caplog.text)

        with transaction.atomic():
            publish(approval(1))

        eventually(lambda: OutboxMessage.objects.get().sent_at)
        stop.set()
        running.join()

    def test_news_that_came_with_the_answer_to_a_statement_is_not_waited_for(self, relay):
        relay._lead()
        drain(relay)
        with transaction.atomic(), closing(psycopg2.connect(**connection.get_connection_params())) as other:
            publish(approval(1))
            other.cursor().execute(f"NOTIFY {CHANNEL}")
            other.commit()
        assert connection.connection.notifies

        relay.turn()

        assert relay._in_flight or OutboxMessage.objects.get().sent_at
        connection.close()

    def test_a_session_that_ends_while_the_relay_waits_for_news_is_an_error_of_the_database(self, relay):
        relay._lead()
        session = connection.connection
        with closing(psycopg2.connect(**connection.get_connection_params())) as other, other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [session.info.backend_pid])

        relay._publisher.watch(session.fileno(), hear)
        with pytest.raises(Error):
            for _ in range(3):  # the first time may find the server's last words, and no error yet
                relay.turn()
        connection.close()

    def test_a_backlog_is_read_in_the_order_of_its_index_even_where_sorting_it_seems_cheaper(self):
        with transaction.atomic():
            for number in range(1, 100):
                publish(approval(number))

        plan = plan_of_reading(random_page_cost=100000)

        assert "Index Scan using outbox_pending" in plan
        assert "Sort" not in plan

    def test_a_backlog_that_statistics_know_nothing_of_is_not_compared_row_by_row(self):
        with transaction.atomic():
            for number in range(1, 300):
                publish(approval(number))
        OutboxMessage.objects.update(sent_at="2026-01-01T00:00Z")
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE outbox_outboxmessage")
        OutboxMessage.objects.update(sent_at=None)

        plan = plan_of_reading()

        assert re.findall(r"using (outbox_\w+)", plan) == ["outbox_pending", "outbox_held"]
        assert "Index Cond: ((subject)::text = (" in plan

    def test_only_sent_rows_are_ever_forgotten(self):
        with transaction.atomic():
            publish(approval(1))
            publish(approval(2))
        OutboxMessage.objects.update(created_at="2020-01-01T00:00Z")
        OutboxMessage.objects.filter(subject="presentation/2").update(sent_at="2020-01-01T00:00Z")

        forget_sent(10)

        assert [row.subject for row in OutboxMessage.objects.all()] == ["presentation/1"]

    def test_of_old_rows_no_more_are_forgotten_at_a_time_than_asked(self):
        with transaction.atomic():
            for number in range(1, 6):
                publish(approval(number))
        OutboxMessage.objects.update(sent_at="2020-01-01T00:00Z")

        assert [forget_sent(2) for _ in range(4)] == [2, 2, 1, 0]
