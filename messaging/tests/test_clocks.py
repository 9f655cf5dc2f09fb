"""The database's clock is put back or forward by an hour while messages wait: a real Postgres, by libfaketime."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connections, transaction

from messaging.database import alias, connection
from messaging.outbox import publish
from messaging.outbox.age import Age
from messaging.outbox.models import OutboxMessage
from messaging.outbox.pending import begin_session, pending
from messaging.outbox.rows import backlog, mark_sent, put_off, send_again
from messaging.tests.conftest import approval, eventually
from native.postgres import Postgres

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
HOUR = 3600
pytestmark = pytest.mark.skipif(LIBRARY is None, reason="libfaketime is not installed: apt-get install libfaketime")


class Clock:
    """The clock of the server, which reads it from a file."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.jump(0)

    def jump(self, seconds: int) -> None:
        """Put it so far from the time of day; returns once the server has seen that."""
        self._file.write_text(f"{seconds:+d}\n")
        eventually(lambda: abs((now() - datetime.now(UTC)).total_seconds() - seconds) < HOUR / 4)


def now():
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        return cursor.fetchone()[0]


@pytest.fixture(scope="module")
def file_and_server() -> Iterator[tuple[Path, Postgres]]:
    folder = Path(tempfile.mkdtemp(prefix="cogo-clock-"))
    folder.chmod(0o755)  # the server may run as another user
    clock = folder / "clock"
    clock.write_text("+0\n")
    server = Postgres(folder / "postgres")
    faked = {
        "LD_PRELOAD": str(LIBRARY),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    os.environ |= faked
    try:
        server.start()
    finally:
        for name in faked:
            del os.environ[name]
    yield clock, server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def clock(transactional_db, file_and_server, monkeypatch) -> Iterator[Clock]:
    """The clock of the database that this test works with."""
    file, server = file_and_server
    made = Clock(file)
    connection.close()
    for name, value in {"HOST": str(server.socket_folder()), "NAME": "postgres", "USER": "postgres"}.items():
        monkeypatch.setitem(connections.databases["default"], name, value)
    call_command("migrate", verbosity=0)
    begin_session()
    yield made
    OutboxMessage.objects.all().delete()
    connection.close()
    monkeypatch.undo()


def sendable() -> list[int]:
    return [row.id for row in pending(10)]


@pytest.mark.parametrize("jump", [-HOUR, HOUR])
def test_what_waits_is_sent_in_its_order_whatever_the_clock_does(clock, jump):
    with transaction.atomic(alias()):
        for number in (1, 2, 1):
            publish(approval(number))
    clock.jump(jump)
    with transaction.atomic(alias()):
        publish(approval(3))

    assert sendable() == list(OutboxMessage.objects.order_by("id").values_list("id", flat=True))


@pytest.mark.parametrize("jump", [-HOUR, HOUR])
def test_what_was_put_off_waits_no_longer_for_that(clock, jump):
    with transaction.atomic(alias()):
        publish(approval(1))
        publish(approval(1))
    first, second = sendable()
    put_off([first], "no queue is bound for it", first_after=60)
    put_off([first], "no queue is bound for it", first_after=60)
    assert sendable() == []

    clock.jump(jump)

    assert sendable() == [first, second]


def test_what_nobody_confirmed_is_sent_again_though_the_clock_was_put_back(clock):
    with transaction.atomic(alias()):
        publish(approval(1))
    mark_sent(sendable())

    clock.jump(-HOUR)

    assert send_again(["presentation/1"], timedelta(seconds=600)) == 1
    assert len(sendable()) == 1


@pytest.mark.parametrize("jump", [-HOUR, HOUR])
def test_no_age_jumps_with_the_clock(clock, jump):
    age = Age()
    age.look(None, 0)
    with transaction.atomic(alias()):
        publish(approval(1))
        publish(approval(2))
    first, second = sendable()
    _, before = backlog()
    assert 0 <= age.look(first, before) < HOUR / 2

    clock.jump(jump)

    _, after = backlog()
    assert after >= 0
    assert 0 <= age.look(first, after) < HOUR / 2
    assert 0 <= age.look(second, after) < HOUR / 2
