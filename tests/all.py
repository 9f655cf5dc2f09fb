"""Runs every check, one process each, and says at the end how each went: `make test`.

TEST_DATABASE_URL and TEST_RABBITMQ_URL name a Postgres and a RabbitMQ to test with; `native exec` sets them.
"""

import os
import secrets
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
DJANGO = ("monolith", "attendees_microservice", "presentation_workflow")
PYTEST = ("messaging", *DJANGO, "poller", "native", "lab", "benchmarks", "tests")
PRODUCTION = {
    "DEBUG": "0",
    "SECRET_KEY": secrets.token_urlsafe(60),
    "SERVICE_TOKEN": secrets.token_urlsafe(60),
    "RABBITMQ_URL": "amqp://nobody:nobody@localhost/",
    "DATABASE_URL": os.environ.get("TEST_DATABASE_URL", "postgres:///"),
}


def main() -> int:
    """The number of checks that failed."""
    results = [(name, *run(name, command, env)) for name, command, env in checks()]
    print("\n── summary")
    for name, passed, seconds in results:
        print(f"   {name:40}{'passed' if passed else 'FAILED'}{seconds:7.0f} s")
    failed = sum(not passed for _, passed, _ in results)
    print(f"\n{len(results) - failed} passed, {failed} failed")
    return failed


def run(name, command, env) -> tuple[bool, float]:
    """Whether the check passed, and the seconds it took."""
    print(f"\n── {name}", flush=True)
    started = time.monotonic()
    status = subprocess.run(command, cwd=ROOT, env={**os.environ, **env}, check=False).returncode
    return status == 0, time.monotonic() - started


def checks():
    """Name, command and environment of each check."""
    yield "style", [BIN / "ruff", "check", "."], {}
    yield "format", [BIN / "ruff", "format", "--check", "."], {}
    yield "types", [BIN / "mypy"], {}
    for service in DJANGO:
        manage = [sys.executable, f"{service}/manage.py"]
        yield f"{service}: deployment", [*manage, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION
        yield f"{service}: migrations", [*manage, "makemigrations", "--check", "--dry-run"], PRODUCTION
    quick = ["--examples", "5", "--phases", "examples,fuzzing"]
    yield "requests out of the schemas", [sys.executable, "-m", "tests.fuzz", *quick], {}
    for folder in PYTEST:
        yield f"pytest {folder}", [sys.executable, "-m", "pytest", folder], {}


if __name__ == "__main__":
    sys.exit(main())
