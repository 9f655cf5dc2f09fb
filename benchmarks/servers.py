"""Which WSGI server for the web services: `python -m benchmarks.servers [--seconds 3] [--rounds 3]`.

The monolith itself, under each server in turn and round after round: the list of 100 conferences, and
approvals of presentations, each with its row in the outbox. Answers per second, median (lowest - highest).
"""

import argparse
import asyncio
import itertools
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks.client import answers_per_second, wait_for
from native.postgres import Postgres
from native.rabbitmq import free_port

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
WSGI = "conference_go.wsgi:application"
SERVERS = {
    "granian, 2 processes of 1 thread": [
        "granian", "--interface", "wsgi", "--port", "{port}", "--workers", "2", "--blocking-threads", "1", WSGI,
    ],
    "granian, 2 processes of 4 threads": [
        "granian", "--interface", "wsgi", "--port", "{port}", "--workers", "2", "--blocking-threads", "4", WSGI,
    ],
    "gunicorn, 2 processes": ["gunicorn", "--bind", "127.0.0.1:{port}", "--workers", "2", WSGI],
    "gunicorn, 2 processes of 4 threads": [
        "gunicorn", "--bind", "127.0.0.1:{port}", "--workers", "2", "--threads", "4", WSGI,
    ],
    "uvicorn, 2 processes": [
        "uvicorn", "--interface", "wsgi", "--port", "{port}", "--workers", "2", "--log-level", "warning",
        "--no-access-log", WSGI,
    ],
}  # fmt: skip
CONNECTIONS = 8
WARM_UP = 2.0  # seconds, until each process has loaded everything
PREPARE = """
from datetime import UTC, datetime
from accounts.models import Account
from events.models import Conference, Location, State
from presentations.models import Presentation
from rest_framework.authtoken.models import Token
organiser = Account.objects.create_superuser("organiser", "organiser@example.com", "benchmark")
hall = Location.objects.create(name="Hall", city="Boston", room_count=1, state=State.objects.get(abbreviation="MA"))
now = datetime.now(UTC)
conferences = Conference.objects.bulk_create(
    Conference(name=f"Conference {n}", starts=now, ends=now, description="…", max_presentations=9,
               max_attendees=9, location=hall, updated=now, revision=1) for n in range(100))
Presentation.objects.bulk_create(
    Presentation(presenter_name="Ada", presenter_email="ada@example.com", title=f"Talk {n}", synopsis="…",
                 conference=conferences[0]) for n in range({talks}))
print(Token.objects.create(user=organiser).key)
"""


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0, help="for each measurement")
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    results: dict[tuple[str, str], list[float]] = defaultdict(list)
    with _database() as env:
        talks = int(2_000 * chosen.seconds * chosen.rounds * len(SERVERS)) + 1_000
        token = _manage(env, "shell", "--verbosity", "0", "-c", PREPARE.replace("{talks}", str(talks))).split()[-1]
        numbers = itertools.count(1)
        for _ in range(chosen.rounds):
            for name, command in SERVERS.items():
                with _running(command, env) as port:
                    lists = itertools.repeat(("GET", "/api/conferences/"))
                    asyncio.run(answers_per_second(port, lists, token, CONNECTIONS, WARM_UP))
                    approvals = (("PUT", f"/api/presentations/{number}/approval/") for number in numbers)
                    for what, requests in (("list of 100", lists), ("approval", approvals)):
                        rate = asyncio.run(answers_per_second(port, requests, token, CONNECTIONS, chosen.seconds))
                        results[name, what].append(rate)
    _print(results)


@contextmanager
def _database() -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory(prefix="cogo-bench-") as folder:
        Path(folder).chmod(0o711)
        postgres = Postgres(Path(folder) / "postgres")
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
            _manage(env, "migrate", "--verbosity", "0")
            yield env
        finally:
            postgres.stop()


@contextmanager
def _running(command: list[str], env: dict[str, str]) -> Iterator[int]:
    port = free_port()
    program, *arguments = (part.format(port=port) for part in command)
    server = subprocess.Popen(
        [BIN / program, *arguments],
        cwd=ROOT / "monolith",
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait()


def _manage(env: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "monolith/manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True).stdout


def _print(results: dict[tuple[str, str], list[float]]) -> None:
    print(f"{'answers per second':36}{'list of 100':>24}{'approval':>24}")
    for name in SERVERS:
        cells = [results[name, what] for what in ("list of 100", "approval")]
        print(f"{name:36}" + "".join(f"{f'{median(c):.0f} ({min(c):.0f} - {max(c):.0f})':>24}" for c in cells))


if __name__ == "__main__":
    main()
