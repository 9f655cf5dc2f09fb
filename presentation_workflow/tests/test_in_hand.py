"""One worker at a time has a letter in hand."""

from contextlib import closing, contextmanager
from threading import Thread
from time import monotonic

import psycopg2
import pytest
from django.db import connection

from messaging.errors import Outage
from messaging.shutdown import Stop
from messaging.waiting import limits
from presentation_mailer import in_hand
from tests.test_letters import APPROVED, send_congratulations

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_letter_that_another_worker_has_in_hand_is_waited_for(mail_server):
    with in_another_session(APPROVED) as let_go:
        ended = Thread(target=send_and_close, args=[APPROVED])
        ended.start()
        ended.join(2)
        assert (ended.is_alive(), mail_server.taken) == (True, [])

        let_go()
        ended.join()
    assert len(mail_server.taken) == 1


def test_a_worker_that_never_lets_go_of_a_letter_is_taken_for_dead(mail_server, settings):
    settings.EMAIL_TIMEOUT = 0.5
    with in_another_session(APPROVED):
        send_congratulations(APPROVED)

    assert len(mail_server.taken) == 1


def test_a_worker_is_taken_for_dead_with_the_settings_that_are_shipped(mail_server, settings, monkeypatch):
    """The limits of the database's statements are shorter than that of a letter in hand: neither ends the other."""
    assert (settings.EMAIL_TIMEOUT, in_hand.TIMEOUTS) == (10, 3)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')")
        assert cursor.fetchone() == ("15s", "10s")
        # A hundredth of each, and a clock that goes a hundred times faster.
        cursor.execute("SET statement_timeout = '150ms'; SET lock_timeout = '100ms'")
    monkeypatch.setattr(in_hand, "monotonic", lambda: 100 * monotonic())

    with in_another_session(APPROVED):
        send_congratulations(APPROVED)

    assert len(mail_server.taken) == 1
    connection.close()


def test_a_worker_that_waits_for_a_letter_in_hand_obeys_the_order_to_stop(mail_server, monkeypatch):
    stop = Stop()
    stop.set()
    monkeypatch.setattr(limits, "stop", stop)

    with in_another_session(APPROVED), pytest.raises(Outage, match="asked to stop"):
        send_congratulations(APPROVED)

    assert mail_server.taken == []


@contextmanager
def in_another_session(message):
    """As if another worker handed the letter over; ends when the yielded function is called."""
    with closing(psycopg2.connect(**connection.get_connection_params())) as other:
        other.cursor().execute(
            "SELECT pg_advisory_lock(%s)", [int.from_bytes(message.message_id.bytes[8:], signed=True)]
        )
        yield other.close


def send_and_close(message):
    send_congratulations(message)
    connection.close()
