"""Runs every check, each in a process of its own, a few at a time, and says at the end how each went: `make test`.

Many spend most of their time waiting, for brokers that start and for messages that are due. Three of those run side by
side, and one of those that compute, until one kind is done; SIDE_BY_SIDE is another number than four. A check that
hangs is interrupted, which shows where. Tests that failed are run once more at the end, by themselves: the summary
names what passed only so, as it does not bear a busy machine.
TEST_DATABASE_URL and TEST_RABBITMQ_URL name a Postgres and a RabbitMQ to test with; `native exec` sets them.
"""

import os
import secrets
import sys
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psutil

from tests.checks import Check, Result, by_itself, run

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
STACKS_SHOWN = 300  # seconds that a test may take before the stacks of its threads are shown


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
    results = [by_itself(each) if each.is_worth_another_try else each for each in results]
    seconds = time.monotonic() - started
    print("\n── summary")
    for result in sorted(results, key=lambda each: -each.seconds):
        print(f"   {result.check.name:36}{result.verdict:16}{result.seconds:7.0f} s")
    print(f"   {f'{SIDE_BY_SIDE} side by side':52}{seconds:7.0f} s")
    print(f"   {'of processor time, by all of this machine':52}{_busy() - busy:7.0f} s")
    failed = sum(not result.passed for result in results)
    print(f"\n{len(results) - failed} passed, {failed} failed")
    return failed


def _busy() -> float:
    """Seconds in which a processor of this machine did something, since it was started."""
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0))


def tests(parts: dict[str, tuple[str, ...]]) -> Iterator[Check]:
    """Each part by itself, and what no part can promise alone: end to end, faults, containers, the browser."""
    everything = [path for paths in (*WAITING.values(), *COMPUTING.values()) for path in paths]
    for name, paths in parts.items():
        inside = [f"--ignore={other}" for other in everything for path in paths if other.startswith(f"{path}/")]
        slowest = ["--durations=10", "--durations-min=5", "-p", "no:schemathesis"]  # to import it takes a second
        own = OWN_DATABASE if name == "monolith" else {}
        kept = ["-o", f"cache_dir=.pytest_cache/{name.replace(' ', '-')}", "-o", f"faulthandler_timeout={STACKS_SHOWN}"]
        command: list[str | Path] = [sys.executable, "-m", "pytest", *paths, *inside, *slowest, *kept]
        yield Check(name, command, own, ("--last-failed", "--last-failed-no-failures=all"))


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
