"""The relay moves what was committed."""

import socket
import threading
import urllib.request
from contextlib import closing

import pytest
from django.db import Error, transaction
from pika.exceptions import ChannelClosedByBroker

from contracts.queues import PRESENTATION_APPROVALS
from contracts.topology import conference_go
from messaging import metrics
from messaging.database import alias, connection
from messaging.outbox import publish
from messaging.outbox.leader import RELAY_LOCK, lead
from messaging.outbox.models import OutboxMessage
from messaging.outbox.notification import CHANNEL
from messaging.outbox.relay import CONFIRM_TIMEOUT, Relay
from messaging.shutdown import Stop
from messaging.tests.conftest import approval, drain, eventually
from native.rabbitmq import free_port

pytestmark = pytest.mark.django_db(transaction=True)


def test_everything_committed_is_delivered_in_order_and_marked(relay, channel):
    with transaction.atomic(alias()):
        for number in range(1, 1201):
            publish(approval(number))

    drain(relay)

    delivered = [channel.basic_get(PRESENTATION_APPROVALS.name)[1].message_id for _ in range(1200)]
    in_order = OutboxMessage.objects.order_by("id").values_list("message_id", flat=True)
    assert delivered == [str(message_id) for message_id in in_order]
    assert not OutboxMessage.objects.filter(sent_at=None).exists()


def test_an_unroutable_message_stays_and_holds_only_its_own_subject(relay, channel):
    with transaction.atomic(alias()):
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


def test_of_one_subject_one_message_is_on_its_way_at_a_time(relay):
    with transaction.atomic(alias()):
        for number in (1, 1, 2):
            publish(approval(number))

    for _ in range(2):
        relay._send()

    on_their_way = [[row.subject for row in flight.rows] for flight in relay._in_flight]
    assert on_their_way == [["presentation/1", "presentation/2"]]


def test_a_binding_that_somebody_deleted_is_made_again(relay, channel):
    channel.queue_unbind(PRESENTATION_APPROVALS.name, "presentations", PRESENTATION_APPROVALS.name)
    with transaction.atomic(alias()):
        publish(approval(1))

    eventually(lambda: drain(relay) or OutboxMessage.objects.get().sent_at)


def test_without_a_broker_nothing_is_marked(stop, caplog):
    running = threading.Thread(target=Relay("amqp://guest:guest@127.0.0.1:1/", "test relay", conference_go(), stop).run)
    running.start()
    with transaction.atomic(alias()):
        publish(approval(1))

    eventually(lambda: caplog.text.count("lost RabbitMQ") > 1)
    stop.set()
    running.join()

    assert OutboxMessage.objects.get().sent_at is None


def test_what_a_broker_never_confirmed_is_never_marked(relay, channel):
    with transaction.atomic(alias()):
        publish(approval(1))
    OutboxMessage.objects.update(exchange="missing")  # the broker closes the channel instead of answering

    with pytest.raises(ChannelClosedByBroker):
        drain(relay)

    assert OutboxMessage.objects.get().sent_at is None


def test_a_broker_that_says_nothing_is_not_waited_for_for_ever(relay):
    with transaction.atomic(alias()):
        publish(approval(1))
    relay._send()
    relay._in_flight[0].sent -= CONFIRM_TIMEOUT

    with pytest.raises(ConnectionError, match="no confirmation for 90 s"):
        relay._settle()

    assert OutboxMessage.objects.get().sent_at is None


def test_it_stops_while_a_broker_takes_the_connection_and_says_nothing(stop):
    over = threading.Event()

    def only_listen(mute: socket.socket) -> None:
        with mute.accept()[0] as client:
            client.recv(8)
            stop.set()
            over.wait()

    with socket.create_server(("127.0.0.1", 0)) as mute:
        broker = threading.Thread(target=only_listen, args=[mute])
        broker.start()
        Relay(f"amqp://127.0.0.1:{mute.getsockname()[1]}/", "test relay", conference_go(), stop).run()
        over.set()
        broker.join()


def test_of_two_relays_one_stands_by(broker_url, stop, caplog):
    caplog.set_level("INFO")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [RELAY_LOCK])

    standby = threading.Thread(target=Relay(broker_url, "standby", conference_go(), stop).run)
    standby.start()

    eventually(lambda: "standing by" in caplog.text)
    port = free_port()
    metrics.serve(port)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready") as page:
        assert page.status == 200
    stop.set()
    standby.join()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [RELAY_LOCK])


def test_a_commit_wakes_the_relay(broker_url, stop, channel, caplog):
    caplog.set_level("INFO")
    running = threading.Thread(target=Relay(broker_url, "running", conference_go(), stop).run)
    running.start()
    eventually(lambda: "relaying the outbox" in caplog.text)

    with transaction.atomic(alias()):
        publish(approval(1))

    eventually(lambda: OutboxMessage.objects.get().sent_at)
    stop.set()
    running.join()


def test_news_that_came_with_the_answer_to_a_statement_is_not_waited_for(relay):
    lead(Stop())
    drain(relay)
    with transaction.atomic(alias()), closing(connection.copy()) as other:
        publish(approval(1))
        other.cursor().execute(f"NOTIFY {CHANNEL}")

    relay.run_once()

    assert relay._in_flight or OutboxMessage.objects.get().sent_at
    connection.close()


def test_a_session_that_ends_while_the_relay_waits_for_news_is_an_error_of_the_database(relay):
    lead(Stop())
    drain(relay)
    session = connection.connection
    with closing(connection.copy()) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [session.info.backend_pid])

    relay._publisher.watch(session.fileno(), relay._notifications.read)
    with pytest.raises(Error):
        for _ in range(3):  # the first time may find the server's last words, and no error yet
            relay.run_once()
    connection.close()
