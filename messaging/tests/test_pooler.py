"""A real PgBouncer that gives each transaction to whatever session is free."""

import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections, transaction

from contracts.topology import conference_go
from messaging.database import alias, connection
from messaging.errors import Outage
from messaging.inbox import outages_of_the_database
from messaging.outbox import publish
from messaging.outbox.models import OutboxMessage
from messaging.outbox.relay import Relay
from messaging.schema import migrate_alone
from messaging.sessions import insist_on_own_sessions
from messaging.shutdown import Stop
from messaging.tests.conftest import approval, eventually
from native.rabbitmq import free_port

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not shutil.which("pgbouncer"), reason="pgbouncer is not installed: apt-get install pgbouncer"),
]


@pytest.fixture
def pooled(transactional_db, monkeypatch) -> Iterator[None]:
    """New connections of this process lead through a pooler; the test's own is direct."""
    connection.ensure_connection()
    facts = connection.get_connection_params()
    folder = Path(tempfile.mkdtemp(prefix="cogo-pooler-"))  # its user may enter no folder of pytest's
    port = free_port()
    (folder / "pgbouncer.ini").write_text(
        f"[databases]\n* = host={facts['host']} port={facts.get('port', 5432)}\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
        f"auth_type = trust\nauth_file = {folder}/users\n"
        "pool_mode = transaction\nignore_startup_parameters = options,extra_float_digits\n"
    )
    (folder / "users").write_text(f'"{facts["user"]}" "{facts.get("password", "")}"\n')
    for path in (folder, *folder.iterdir()):
        shutil.chown(path, Path(facts["host"]).owner() if facts["host"].startswith("/") else None)
    with (folder / "log").open("w") as log:
        user = Path(folder).owner()
        running = subprocess.Popen(
            ["pgbouncer", folder / "pgbouncer.ini"], stdout=log, stderr=log, user=user, cwd=folder
        )
    monkeypatch.setitem(connections.databases["default"], "HOST", "127.0.0.1")
    monkeypatch.setitem(connections.databases["default"], "PORT", port)
    eventually(lambda: "listening on 127.0.0.1" in (folder / "log").read_text())
    yield
    running.terminate()
    running.wait()
    shutil.rmtree(folder)


def elsewhere(work) -> list[object]:
    """What comes of it on another thread, which has connections of its own."""
    ended: list[object] = []

    def run() -> None:
        try:
            ended.append(work())
        except BaseException as error:  # noqa: BLE001
            ended.append(error)
        connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return ended


@pytest.mark.usefixtures("pooled")
def test_a_relay_says_that_it_cannot_work_through_a_pooler_and_holds_no_lock(broker_url, stop, caplog):
    with transaction.atomic(alias()):
        publish(approval(1))
    relays = [threading.Thread(target=Relay(broker_url, f"relay {n}", conference_go(), stop).run) for n in (1, 2)]
    for each in relays:
        each.start()

    eventually(lambda: caplog.text.count("leads through a pooler (such as PgBouncer)") > 3)
    stop.set()
    for each in relays:
        each.join()

    assert "standing by" not in caplog.text
    assert OutboxMessage.objects.get().sent_at is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
        assert cursor.fetchone() == (0,)


@pytest.mark.usefixtures("pooled")
def test_each_connection_is_looked_at_and_a_handler_hears_of_it_as_of_an_outage():
    def handle() -> None:
        insist_on_own_sessions()
        for _ in range(2):  # a connection that was refused is not taken for a good one
            with pytest.raises(Outage, match="pooler"), outages_of_the_database():
                connection.ensure_connection()

    assert elsewhere(handle) == [None]


@pytest.mark.usefixtures("pooled")
def test_who_insists_on_no_session_may_migrate_through_a_pooler(django_db_setup):
    from django.db.backends.signals import connection_created

    connection_created.disconnect(dispatch_uid="messaging.sessions")

    assert elsewhere(lambda: migrate_alone(Stop())) == [None]


def test_a_direct_connection_is_well():
    insist_on_own_sessions()
    connection.close()

    connection.ensure_connection()

    assert connection.is_usable()
