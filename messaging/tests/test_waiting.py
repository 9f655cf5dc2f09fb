"""A process that waits for its database waits neither for ever nor past the order to stop."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest
from django.db import OperationalError, connections
from django.db.models.signals import pre_migrate
from psycopg2 import extensions

from messaging import psycopg2_waiting, waiting
from messaging.database import connection
from messaging.schema import MIGRATION_LOCK, migrate_alone, wait_for_schema
from messaging.shutdown import Stop
from messaging.tests.conftest import eventually
from messaging.waiting import limits

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def usual_waiting() -> Iterator[None]:
    yield
    extensions.set_wait_callback(None)
    waiting.stop = Stop()


@pytest.fixture
def mute(transactional_db, monkeypatch) -> Iterator[None]:
    """New connections lead to a server that takes them and says nothing, as one whose machine hangs."""
    connection.ensure_connection()
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setitem(connections.databases["default"], "HOST", "127.0.0.1")
        monkeypatch.setitem(connections.databases["default"], "PORT", server.getsockname()[1])
        yield


def on_a_thread(work) -> tuple[threading.Thread, list[object]]:
    ended: list[object] = []

    def run() -> None:
        try:
            ended.append(work())
        except BaseException as error:  # noqa: BLE001
            ended.append(error)
        connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, ended


def ended_with(work, stop: Stop) -> object:
    """What `work` ended with once it was asked to stop while it waited."""
    thread, ended = on_a_thread(work)
    time.sleep(0.5)
    assert ended == []
    stop.set()
    thread.join(3)
    (outcome,) = ended
    return outcome


@pytest.mark.usefixtures("mute")
@pytest.mark.parametrize("begin", [wait_for_schema, migrate_alone])
def test_a_start_that_waits_for_a_silent_database_obeys_the_order_to_stop(begin, stop):
    outcome = ended_with(lambda: begin(stop), stop)

    assert (type(outcome), getattr(outcome, "code", None)) == (SystemExit, 0)


def test_a_start_that_waits_for_another_process_to_migrate_obeys_the_order_to_stop(stop):
    with closing(psycopg2.connect(**connection.get_connection_params())) as other:
        other.cursor().execute("SELECT pg_advisory_xact_lock(%s)", [MIGRATION_LOCK])

        outcome = ended_with(lambda: migrate_alone(stop), stop)

    assert type(outcome) is SystemExit


def test_a_database_that_goes_away_over_a_migration_is_waited_for(stop, caplog):
    ends = []

    def end_the_session(**_: object) -> None:
        if not ends:
            ends.append(1)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    pre_migrate.connect(end_the_session)
    try:
        thread, ended = on_a_thread(lambda: migrate_alone(stop))
        thread.join(60)
    finally:
        pre_migrate.disconnect(end_the_session)

    assert (ends, ended) == ([1], [None])
    assert "lost the database while it was migrated" in caplog.text


def ask_slowly() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(30)")


def test_a_statement_that_waits_is_given_up_when_the_process_is_to_stop(stop):
    waiting.wait_no_longer_than(stop)

    outcome = ended_with(ask_slowly, stop)

    assert type(outcome) is OperationalError
    assert "asked to stop" in str(outcome)


def test_a_database_that_gives_no_answer_counts_as_away(stop, monkeypatch):
    waiting.wait_no_longer_than(stop)
    monkeypatch.setattr(limits, "answer_within", 0.5)

    _, ended = on_a_thread(ask_slowly)
    eventually(lambda: ended)

    assert "no answer for" in str(ended)


@pytest.mark.usefixtures("mute")
def test_a_database_that_takes_a_connection_and_says_nothing_counts_as_away(stop, monkeypatch):
    waiting.wait_no_longer_than(stop)
    monkeypatch.setattr(psycopg2_waiting, "CONNECT_WITHIN", 0.5)

    _, ended = on_a_thread(ask_slowly)
    eventually(lambda: ended)

    assert "no answer for" in str(ended)


def test_a_migration_may_take_longer(stop, monkeypatch):
    waiting.wait_no_longer_than(stop)
    monkeypatch.setattr(limits, "answer_within", 0.1)

    with waiting.for_as_long_as_it_takes(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.5)")
