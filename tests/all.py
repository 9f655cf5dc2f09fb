"""Runs every check, one process each, and says at the end which failed: `make test`.

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
PYTEST = ("messaging", *DJANGO, "poller", "native", "lab", "tests")
PRODUCTION = {
    "DEBUG": "0",
    "SECRET_KEY": secrets.token_urlsafe(60),
    "SERVICE_TOKEN": secrets.token_urlsafe(60),
    "DATABASE_URL": os.environ.get("TEST_DATABASE_URL", "postgres:///"),
}


def main() -> int:
    """The number of checks that failed."""
    failed = []
    steps = list(checks())
    for name, command, env in steps:
        print(f"\n── {name}", flush=True)
        started = time.monotonic()
        status = subprocess.run(command, cwd=ROOT, env={**os.environ, **env}, check=False).returncode
        print(f"   {name}: {'failed' if status else 'passed'} in {time.monotonic() - started:.0f} s", flush=True)
        if status:
            failed.append(name)
    for name in failed:
        print(f"FAILED: {name}")
    print(f"\n{len(steps) - len(failed)} passed, {len(failed)} failed")
    return len(failed)


def checks():
    """Name, command and environment of each check."""
    yield "style", [BIN / "ruff", "check", "."], {}
    yield "format", [BIN / "ruff", "format", "--check", "."], {}
    yield "types", [BIN / "mypy"], {}
    for service in DJANGO:
        manage = [sys.executable, f"{service}/manage.py"]
        yield f"{service}: deployment", [*manage, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION
        yield f"{service}: migrations", [*manage, "makemigrations", "--check", "--dry-run"], PRODUCTION
    for folder in PYTEST:
        yield f"pytest {folder}", [sys.executable, "-m", "pytest", folder], {}


if __name__ == "__main__":
    sys.exit(main())
