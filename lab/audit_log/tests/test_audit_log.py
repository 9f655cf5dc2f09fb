"""The audit log, as a process of its own, on a real broker and a real database: each event is kept once, in order."""

import os
import subprocess
import sys
import time
import uuid
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pika
import psycopg2
import pytest

from contracts.messages import AccountChanged, ConferenceChanged, ConferenceDeleted, PresentationApproved
from contracts.topology import conference_go
from lab.audit_log.changes import QUEUE, TOPOLOGY
from lab.audit_log.store import Store
from messaging.errors import Outage

ROOT = Path(__file__).parents[3]
NOW = "2026-11-27T00:00:00Z"
ACCOUNT = AccountChanged(email="ada@example.com", first_name="Ada", last_name="L", is_active=True, updated=NOW)
CONFERENCE = ConferenceChanged(id=3, updated=NOW, revision=1, name="Day", starts=NOW, ends=NOW, max_attendees=9)
DELETED = ConferenceDeleted(id=3, updated=NOW, revision=2)
DECISION = PresentationApproved(presenter_name="Ada", presenter_email="ada@example.com", title="T", presentation_id=1)
KEPT = "SELECT type, subject, fields->>'revision' FROM audit_log.event ORDER BY number"


@pytest.fixture
def database():
    server = urlsplit(os.environ["DATABASE_URL"])
    name = f"audit_{uuid.uuid4().hex}"
    with closing(psycopg2.connect(server._replace(path="/postgres").geturl())) as connection:
        connection.autocommit = True
        connection.cursor().execute(f"CREATE DATABASE {name}")
        yield server._replace(path=f"/{name}").geturl()
        connection.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def channel(broker_url):
    with pika.BlockingConnection(pika.URLParameters(broker_url)) as connection:
        channel = connection.channel()
        conference_go().declare_on(channel)
        TOPOLOGY.declare_on(channel)
        yield channel


def publish(channel, *messages):
    for wire in (each.wire() for each in messages):
        channel.basic_publish(wire.exchange, wire.key, wire.body, wire.properties())


@contextmanager
def running(broker_url, database):
    process = subprocess.Popen(
        [sys.executable, "-m", "lab.audit_log"], cwd=ROOT, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "RABBITMQ_URL": broker_url, "LAB_DATABASE_URL": database},
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def kept(database, number):
    """The events of the table, once there are so many."""
    deadline, rows = time.monotonic() + 60, []
    while len(rows) < number:
        assert time.monotonic() < deadline, rows
        time.sleep(0.05)
        with closing(psycopg2.connect(database)) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('audit_log.event') IS NOT NULL")
            if cursor.fetchone()[0]:
                cursor.execute(KEPT)
                rows = cursor.fetchall()
    return rows


def test_every_event_is_kept_once_and_in_order_and_decisions_are_none(broker_url, database, channel):
    publish(channel, ACCOUNT, DECISION, CONFERENCE, CONFERENCE, DELETED)

    with running(broker_url, database):
        rows = kept(database, 3)

    assert rows == [
        ("account.changed", "account/ada@example.com", None),
        ("conference.changed", "conference/3", "1"),
        ("conference.deleted", "conference/3", "2"),
    ]


def test_asked_to_stop_it_ends_well_and_says_what_it_kept(broker_url, database, channel):
    publish(channel, ACCOUNT)

    with running(broker_url, database) as process:
        kept(database, 1)
        process.terminate()
        said, _ = process.communicate()

    assert process.returncode == 0
    assert f"kept account.changed of account/ada@example.com, message {ACCOUNT.message_id}" in said
    assert channel.queue_declare(QUEUE.name, passive=True).method.message_count == 0


def test_what_is_published_while_it_is_away_waits_for_it(broker_url, database, channel):
    with running(broker_url, database):
        publish(channel, CONFERENCE)
        kept(database, 1)
    publish(channel, DELETED)

    with running(broker_url, database):
        assert [row[0] for row in kept(database, 2)] == ["conference.changed", "conference.deleted"]


def test_a_database_that_is_away_is_an_outage(database):
    away = urlsplit(database)._replace(path="/nothing").geturl()

    with pytest.raises(Outage, match="nothing"):
        Store(away).keep([ACCOUNT])
