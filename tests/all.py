"""Runs every check, each in a process of its own, a few at a time, and says at the end how each went: `make test`.

Many spend most of their time waiting, for brokers that start and for messages that are due. Three of those run side by
side, and one of those that compute, until one kind is done; SIDE_BY_SIDE is another number than four.
TEST_DATABASE_URL and TEST_RABBITMQ_URL name a Postgres and a RabbitMQ to test with; `native exec` sets them.
"""

import os
import secrets
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

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
SIDE_BY_SIDE = int(os.environ.get("SIDE_BY_SIDE") or 4)
END_TO_END = "tests/end_to_end"
# What runs in a process of its own, the longest first, so that all are done at about the same time. Of one inside
# another the outer leaves it out, so each test runs once, whatever is added where.
WAITING = {
    "end to end: commands": (END_TO_END,),
    "end to end: pages": tuple(
        f"{END_TO_END}/test_{name}.py" for name in ("balance", "board", "browsing_the_api", "in_a_browser", "page_soak")
    ),
    "faults": ("tests/faults",),
    "in containers": (f"{END_TO_END}/test_in_containers.py",),
    "plugged in": (f"{END_TO_END}/test_plugged_in.py",),
    "messaging": ("messaging",),
    "experiments": ("lab/tests/test_experiments.py",),
    "course": (f"{END_TO_END}/test_course_front_end.py", f"{END_TO_END}/test_course_programs.py"),
    "lab": ("lab",),
    "poller": ("poller",),
    "presentation_workflow": ("presentation_workflow",),
}
COMPUTING = {
    "tests": ("tests",),
    "monolith": ("monolith",),
    "packages": ("tests/packages",),
    "attendees_microservice": ("attendees_microservice",),
    "benchmarks": ("benchmarks",),
    "native": ("native",),
    "contracts": ("contracts",),
}
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
    started, busy = time.monotonic(), _busy()
    waiting, computing = deque(tests(WAITING)), deque([*tests(COMPUTING), *other_checks()])
    results: list[Result] = []

    def work(first: deque[Check], then: deque[Check]) -> None:
        for checks in (first, then):
            with suppress(IndexError):
                while True:
                    results.append(run(checks.popleft()))

    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        lanes = [pool.submit(work, computing, waiting)]
        lanes += [pool.submit(work, waiting, computing) for _ in range(SIDE_BY_SIDE - 1)]
    for lane in lanes:
        lane.result()
    seconds = time.monotonic() - started
    print("\n── summary")
    for result in sorted(results, key=lambda each: -each.seconds):
        print(f"   {result.name:46}{'passed' if result.passed else 'FAILED'}{result.seconds:7.0f} s")
    print(f"   {f'{SIDE_BY_SIDE} side by side':52}{seconds:7.0f} s")
    print(f"   {'of processor time, by all of this machine':52}{_busy() - busy:7.0f} s")
    failed = sum(not result.passed for result in results)
    print(f"\n{len(results) - failed} passed, {failed} failed")
    return failed


def _busy() -> float:
    """Seconds in which a processor of this machine did something, since it was started."""
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0))


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


def tests(parts: dict[str, tuple[str, ...]]) -> Iterator[Check]:
    """Each part by itself, and what no part can promise alone: end to end, faults, containers, the browser."""
    everything = [path for paths in (*WAITING.values(), *COMPUTING.values()) for path in paths]
    for name, paths in parts.items():
        inside = [f"--ignore={other}" for other in everything for path in paths if other.startswith(f"{path}/")]
        slowest = ["--durations=10", "--durations-min=5", "-p", "no:schemathesis"]  # to import it takes a second
        own = OWN_DATABASE if name == "monolith" else {}
        yield Check(name, [sys.executable, "-m", "pytest", *paths, *inside, *slowest], own)


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
