"""The script that keeps two Postgres servers: what is committed is on both, and an old primary comes back as a copy."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest

from native.postgres import BINARIES
from native.rabbitmq import free_port
from tests.faults.patience import until

SCRIPTS = Path(__file__).parents[1] / "deploy/cluster"
# What the image's own script does at a server's first start, and then.
ENTRYPOINT = f"""#!/bin/sh
set -e
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  initdb --username=postgres --auth-local=trust --auth-host=scram-sha-256
  pg_ctl --options="-c listen_addresses= -k $SOCKETS" --wait start
  PGHOST=$SOCKETS PGUSER=postgres sh {SCRIPTS}/replication.sh
  pg_ctl --mode=fast --wait stop
fi
shift
exec postgres -c listen_addresses="$ADDRESS" -k "$SOCKETS" "$@"
"""


@dataclass
class Server:
    """One of the two, at an address of this machine that only it has."""

    folder: Path
    address: str
    environment: dict[str, str]
    user: dict
    process: subprocess.Popen | None = None

    def start(self) -> None:
        log = (self.folder / "log").open("ab")
        self.process = subprocess.Popen(
            ["bash", SCRIPTS / "postgres.sh", "postgres"], env=self.environment, stdout=log, stderr=log, **self.user
        )

    def kill(self) -> None:
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait()

    def asks(self, statement: str) -> str:
        """The answer's first value; empty where nobody answers."""
        try:
            connection = psycopg2.connect(f"host={self.folder} port={self.environment['PGPORT']} user=postgres")
        except psycopg2.OperationalError:
            return ""
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            found = cursor.fetchone() if cursor.description else ("",)
        connection.close()
        return str(found[0]) if found else ""

    def streams(self) -> bool:
        """Whether the other one follows it, and does not only copy it."""
        return self.asks("SELECT state FROM pg_stat_replication WHERE application_name = 'walreceiver'") == "streaming"


@pytest.fixture
def pair() -> Iterator[tuple[Server, Server]]:
    base, port = Path(tempfile.mkdtemp(prefix="pair-")), str(free_port())
    shutil.copytree(SCRIPTS, base / "scripts")
    (base / "docker-entrypoint.sh").write_text(ENTRYPOINT.replace(str(SCRIPTS), str(base / "scripts")))
    (base / "docker-entrypoint.sh").chmod(0o755)
    nobody = pwd.getpwnam("nobody")
    user = {} if os.geteuid() else {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": [], "cwd": "/"}
    addresses = ("127.0.4.1", "127.0.4.2")
    servers = []
    for number, address in enumerate(addresses):
        folder = base / str(number)
        environment = {
            "PATH": f"{base}:{BINARIES}:{os.environ['PATH']}", "PGDATA": str(folder / "data"), "PGPORT": port,
            "SOCKETS": str(folder), "ADDRESS": address, "PARTNER": addresses[1 - number], "FOLLOW": str(number),
            "REPLICATION_PASSWORD": "of-the-pair",
        }  # fmt: skip
        (folder / "data").mkdir(parents=True, mode=0o700)
        if user:
            for each in (base, folder, folder / "data"):
                os.chown(each, nobody.pw_uid, nobody.pw_gid)
        servers.append(Server(folder, address, environment, user))
    yield servers[0], servers[1]
    for server in servers:
        if server.process and server.process.poll() is None:
            server.kill()
    shutil.rmtree(base)


def test_an_old_primary_comes_back_as_a_copy_of_the_new_one(pair):
    first, second = pair
    for server in pair:
        server.start()
    assert until(first.streams, 60), (first.folder / "log").read_text()
    first.asks("CREATE TABLE decisions AS SELECT 7 AS number")
    assert second.asks("SELECT number FROM decisions") == "7", "it was committed before the standby had it"

    first.kill()
    second.asks("SELECT pg_promote()")
    second.asks("ALTER SYSTEM SET synchronous_standby_names = ''")
    second.asks("SELECT pg_reload_conf()")
    assert until(lambda: second.asks("SHOW synchronous_standby_names") == "", 10)
    second.asks("INSERT INTO decisions VALUES (8)")
    first.start()
    assert until(second.streams, 60), (first.folder / "log").read_text()

    assert until(lambda: first.asks("SELECT pg_is_in_recovery()") == "True", 30)
    assert until(lambda: first.asks("SELECT max(number) FROM decisions") == "8", 10)


def test_without_its_standby_a_primary_commits_nothing_that_could_be_lost(pair):
    first, second = pair
    for server in pair:
        server.start()
    assert until(first.streams, 60), (first.folder / "log").read_text()
    second.kill()

    waiting = subprocess.Popen(
        [BINARIES / "psql", "-h", first.folder, "-U", "postgres", "-c", "CREATE TABLE decisions ()"],
        env=first.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert until(lambda: first.asks("SELECT wait_event FROM pg_stat_activity WHERE wait_event = 'SyncRep'"), 10)
    assert waiting.poll() is None
    second.start()

    assert waiting.wait(60) == 0
