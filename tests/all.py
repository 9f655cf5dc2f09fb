"""Runs every check, one process each in two lanes side by side, and says at the end how each went: `make test`.

Most of a check's time is waiting, for brokers that start and for messages that are due, so two of them fit two cores.
TEST_DATABASE_URL and TEST_RABBITMQ_URL name a Postgres and a RabbitMQ to test with; `native exec` sets them.
"""

import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
DJANGO = ("monolith", "attendees_microservice", "presentation_workflow")
PRODUCTION = {
    "DEBUG": "0",
    "SECRET_KEY": secrets.token_urlsafe(60),
    "SERVICE_TOKEN": secrets.token_urlsafe(60),
    "RABBITMQ_URL": "amqp://nobody:nobody@localhost/",
    "DATABASE_URL": os.environ.get("TEST_DATABASE_URL", "postgres:///"),
}
PRINTING = threading.Lock()


@dataclass(frozen=True)
class Check:
    """A command that ends with 0 when all is well."""

    name: str
    command: list[str | Path]
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """How a check went."""

    name: str
    passed: bool
    seconds: float


def main() -> int:
    """The number of checks that failed."""
    started = time.monotonic()
    with ThreadPoolExecutor() as lanes:
        results = [result for lane in lanes.map(run_lane, (parts(), whole_application())) for result in lane]
    print("\n── summary")
    for result in results:
        print(f"   {result.name:40}{'passed' if result.passed else 'FAILED'}{result.seconds:7.0f} s")
    print(f"   {'side by side':46}{time.monotonic() - started:7.0f} s")
    failed = sum(not result.passed for result in results)
    print(f"\n{len(results) - failed} passed, {failed} failed")
    return failed


def run_lane(checks: Iterator[Check]) -> list[Result]:
    """Run one check after the other."""
    return [run(check) for check in checks]


def run(check: Check) -> Result:
    """Run the check, then show all that it printed: the other lane prints too."""
    started = time.monotonic()
    ended = subprocess.run(
        check.command,
        cwd=ROOT,
        env={**os.environ, **check.environment},
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    seconds = time.monotonic() - started
    with PRINTING:
        print(f"\n── {check.name} ({seconds:.0f} s)", flush=True)
        sys.stdout.buffer.write(ended.stdout)
        sys.stdout.flush()
    return Result(check.name, ended.returncode == 0, seconds)


def parts() -> Iterator[Check]:
    """Style, types, and each part by itself; the lab last, which starts all of them."""
    yield Check("style", [BIN / "ruff", "check", "."])
    yield Check("format", [BIN / "ruff", "format", "--check", "."])
    yield Check("types", [BIN / "mypy"])
    for service in DJANGO:
        manage: list[str | Path] = [sys.executable, f"{service}/manage.py"]
        deployment = [*manage, "check", "--deploy", "--fail-level", "WARNING"]
        yield Check(f"{service}: deployment", deployment, PRODUCTION)
        yield Check(f"{service}: migrations", [*manage, "makemigrations", "--check", "--dry-run"], PRODUCTION)
    quick = ["--examples", "5", "--phases", "examples,fuzzing", "--odd", "500"]
    yield Check("requests out of the schemas", [sys.executable, "-m", "tests.fuzz", *quick])
    for folder in ("messaging", "contracts", *DJANGO, "poller", "native", "benchmarks", "lab"):
        yield pytest(folder)


def whole_application() -> Iterator[Check]:
    """What no part can promise alone: end to end, faults, containers, the browser."""
    yield pytest("tests")


def pytest(folder: str) -> Check:
    """The tests of a folder."""
    return Check(f"pytest {folder}", [sys.executable, "-m", "pytest", folder])


if __name__ == "__main__":
    sys.exit(main())
