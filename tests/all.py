"""Runs every check, each in a process of its own, a few at a time, and says at the end how each went: `make test`.

Most of a check's time is waiting, for brokers that start and for messages that are due, so three of them fit two cores;
SIDE_BY_SIDE is another number. TEST_DATABASE_URL and TEST_RABBITMQ_URL name a Postgres and a RabbitMQ to test with;
`native exec` sets them.
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
SIDE_BY_SIDE = int(os.environ.get("SIDE_BY_SIDE") or 3)
# Whose tests run in a process of their own, the longest first, so that all are done at about the same time. Of one
# inside another the outer leaves it out, so each test runs once, whatever is added where.
TESTED = (
    "tests/end_to_end",
    "tests/end_to_end/test_in_containers.py",
    "tests/packages",
    "lab",
    "tests/faults",
    "messaging",
    "benchmarks",
    "monolith",
    "native",
    "contracts",
    "tests",
    "attendees_microservice",
    "presentation_workflow",
    "poller",
)
# A feed of changes tells nothing that an open transaction may yet get in front of: one of another check would do.
OWN_DATABASE = {"TEST_DATABASE_URL": ""}
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
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        results = list(pool.map(run, [*tests(), *other_checks()]))
    print("\n── summary")
    for result in results:
        print(f"   {result.name:46}{'passed' if result.passed else 'FAILED'}{result.seconds:7.0f} s")
    print(f"   {f'{SIDE_BY_SIDE} side by side':52}{time.monotonic() - started:7.0f} s")
    failed = sum(not result.passed for result in results)
    print(f"\n{len(results) - failed} passed, {failed} failed")
    return failed


def run(check: Check) -> Result:
    """Run the check, then show all that it printed: others print too."""
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


def tests() -> Iterator[Check]:
    """Each part by itself, and what no part can promise alone: end to end, faults, containers, the browser."""
    for path in TESTED:
        inside = [f"--ignore={other}" for other in TESTED if other.startswith(f"{path}/")]
        slowest = ["--durations=10", "--durations-min=5"]
        own = OWN_DATABASE if path == "monolith" else {}
        yield Check(f"pytest {path}", [sys.executable, "-m", "pytest", path, *inside, *slowest], own)


def other_checks() -> Iterator[Check]:
    """Style, types, how each service is deployed, and requests out of the schemas."""
    quick = ["--examples", "5", "--phases", "examples,fuzzing", "--odd", "500"]
    yield Check("requests out of the schemas", [sys.executable, "-m", "tests.fuzz", *quick])
    yield Check("types", [BIN / "mypy"])
    for service in DJANGO:
        manage: list[str | Path] = [sys.executable, f"{service}/manage.py"]
        deployment = [*manage, "check", "--deploy", "--fail-level", "WARNING"]
        yield Check(f"{service}: deployment", deployment, PRODUCTION)
        yield Check(f"{service}: migrations", [*manage, "makemigrations", "--check", "--dry-run"], PRODUCTION)
    yield Check("style", [BIN / "ruff", "check", "."])
    yield Check("format", [BIN / "ruff", "format", "--check", "."])


if __name__ == "__main__":
    sys.exit(main())
