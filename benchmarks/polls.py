"""What one poll costs the monolith: `python -m benchmarks.polls [--conferences 10000] [--changed 1] [--polls 10]`.

The poller's own three ways against a real server and database: everything, and what changed, when so many per cent
did; and everything unless unchanged, while nothing changes. Of each poll: bytes over the wire, milliseconds of
CPU of the web server's processes and of Postgres, and the share of a poll of everything. Linux only.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import psycopg2

from benchmarks.client import wait_for
from benchmarks.cpu import cpu_ms
from native.postgres import Postgres
from native.rabbitmq import free_port
from poller.copies import Conference, Gone
from poller.cycle import Poll
from poller.delta import DeltaPoll
from poller.etag import EtagPoll
from poller.full import FullPoll
from poller.source import Source

ROOT = Path(__file__).parents[1]
FILL = """
    INSERT INTO events_location (name, city, room_count, state_id, created, updated)
    SELECT 'Hall', 'Boston', 1, id, now(), now() FROM events_state LIMIT 1;
    INSERT INTO events_conference (name, starts, ends, description, max_presentations, max_attendees, location_id,
                                   created, updated, revision)
    SELECT 'Conference ' || n, now(), now(), '-', 9, 9, (SELECT max(id) FROM events_location), now(), now(), 1
      FROM generate_series(1, %s) AS n;
    ANALYZE events_conference
"""
CHANGE = """
    UPDATE events_conference SET revision = revision + 1, updated = now(),
                                 written_in = pg_current_xact_id()::text::bigint
     WHERE id IN (SELECT id FROM events_conference ORDER BY random() LIMIT %s)
"""


@dataclass
class Copies:
    """Copies that cost nothing to keep."""

    ids: set[int] = field(default_factory=set)

    def known_ids(self) -> set[int]:
        """As in poller.copies.Target."""
        return self.ids

    def push(self, conferences: list[Conference], gone: Gone, epoch: str = "") -> tuple[int, int]:
        """As in poller.copies.Target."""
        self.ids |= {each["id"] for each in conferences}
        self.ids -= gone.keys()
        return len(conferences), len(gone)


@dataclass
class Cost:
    """Of one poll."""

    bytes: float
    server_ms: float
    database_ms: float

    @property
    def cpu_ms(self) -> float:
        """Of both together."""
        return self.server_ms + self.database_ms


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conferences", type=int, default=10_000)
    parser.add_argument("--changed", type=float, default=1.0, help="per cent between two polls of what changed")
    parser.add_argument("--polls", type=int, default=10, help="of everything; of the cheap kinds twenty times as many")
    chosen = parser.parse_args()
    changed = round(chosen.conferences * chosen.changed / 100)
    _print(measure(chosen.conferences, changed, chosen.polls), chosen.conferences, changed)


def measure(conferences: int, changed: int, polls: int) -> dict[str, Cost]:
    """What a poll costs in each way, `changed` conferences after the one before, on a monolith of its own."""
    with _monolith() as (port, server, postgres), closing(psycopg2.connect(postgres.url("monolith"))) as writer:
        writer.autocommit = True
        sql = writer.cursor()
        sql.execute(FILL, [conferences])
        change = partial(sql.execute, CHANGE, [changed])
        ways: list[tuple[str, Callable[[Source, Copies], Poll], int, Callable[[], Any]]] = [
            ("full", FullPoll, polls, change),
            ("etag", EtagPoll, 20 * polls, lambda: None),
            ("delta", DeltaPoll, 20 * polls, change),
        ]
        return {
            way: _cost(poll_of(Source(f"http://127.0.0.1:{port}"), Copies()), number, before, server, postgres)
            for way, poll_of, number, before in ways
        }


def _cost(poll: Poll, number: int, before: Callable[[], Any], server: psutil.Process, postgres: Postgres) -> Cost:
    """The mean of so many polls; the first ones, which fetch everything and load the code, do not count."""
    assert postgres.process is not None
    for _ in range(5):
        poll.copy_changes()
    total = Cost(0, 0, 0)
    for _ in range(number):
        before()
        at_server, at_database = cpu_ms(server.pid), cpu_ms(postgres.process.pid)
        total.bytes += poll.copy_changes().bytes
        total.server_ms += cpu_ms(server.pid) - at_server
        total.database_ms += cpu_ms(postgres.process.pid) - at_database
    return Cost(total.bytes / number, total.server_ms / number, total.database_ms / number)


@contextmanager
def _monolith() -> Iterator[tuple[int, psutil.Process, Postgres]]:
    with tempfile.TemporaryDirectory(prefix="cogo-bench-") as folder:
        Path(folder).chmod(0o711)
        postgres, port = Postgres(Path(folder) / "postgres"), free_port()
        postgres.start()
        try:
            postgres.create_databases()
            env = {
                **os.environ,
                "DEBUG": "1",
                "DATABASE_URL": postgres.url("monolith"),
                "DJANGO_SETTINGS_MODULE": "conference_go.settings",
                "LOG_LEVEL": "WARNING",
            }
            command = [sys.executable, "monolith/manage.py", "serve"]
            server = subprocess.Popen(command, cwd=ROOT, env={**env, "WEB_PORT": str(port)}, stdout=subprocess.DEVNULL)
            try:
                wait_for(port, server)
                yield port, psutil.Process(server.pid), postgres
            finally:
                server.terminate()
                server.wait()
        finally:
            postgres.stop()


def _print(costs: dict[str, Cost], conferences: int, changed: int) -> None:
    everything, change = costs["full"], {"etag": "nothing"}
    print(f"{f'one poll of {conferences} conferences':36}{'bytes':>10}{'share':>9}", end="")
    print(f"{'server ms':>12}{'Postgres ms':>13}{'CPU share':>11}")
    for way, cost in costs.items():
        what = f"{way}, {change.get(way, changed)} changed"
        print(f"{what:36}{cost.bytes:>10.0f}{_share(cost.bytes, everything.bytes):>9}", end="")
        print(f"{cost.server_ms:>12.2f}{cost.database_ms:>13.2f}{_share(cost.cpu_ms, everything.cpu_ms):>11}")


def _share(part: float, whole: float) -> str:
    return f"1/{whole / part:.0f}"


if __name__ == "__main__":
    main()
