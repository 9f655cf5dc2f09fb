"""One broker and one database server for all fault tests; one stage for as long as every test on it passes.

FAULTS=all runs every fault (`make faults` does), otherwise only the quick ones. FAULTS_SEED repeats a run.
FAULTS_BROKER=container hurts the RabbitMQ of the compose file instead of the one installed here. FAULTS_REPORT
names a file for the table, which is written when all went well; rows that this run did not make stay in it.
FAULTS_PATIENCE=2 gives a slow machine twice the time.
"""

import os
import platform
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from tests.end_to_end.course_programs import Program
from tests.faults.broker import Node
from tests.faults.container import chosen_node
from tests.faults.course_stage import CourseStage
from tests.faults.database import Database
from tests.faults.network import Machine, Network, why_not
from tests.faults.processes import Process
from tests.faults.results import Result, as_markdown, report
from tests.faults.stage import Stage

HERE = Path(__file__).parent
SEED = int(os.environ.get("FAULTS_SEED") or random.SystemRandom().randrange(1_000_000))


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "quick: a fault that is over in seconds; runs in `make test`")
    config.addinivalue_line("markers", "cluster: needs three RabbitMQ nodes")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is not quick, unless FAULTS=all."""
    if os.environ.get("FAULTS") == "all":
        return
    slow = [item for item in items if HERE in item.path.parents and not item.get_closest_marker("quick")]
    if slow:
        config.hook.pytest_deselected(items=slow)
        config.stash[LEFT_OUT] = len(slow)
        items[:] = [item for item in items if item not in slow]


LEFT_OUT = pytest.StashKey[int]()
PROGRAMS = pytest.StashKey[str]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config) -> None:
    """The table."""
    if Result.table:
        terminalreporter.write_line(f"\n{as_markdown(Result.table)}\n\nFAULTS_SEED={SEED}")
        if exitstatus == 0 and (path := os.environ.get("FAULTS_REPORT")):
            page = Path(path)
            earlier = page.read_text() if page.exists() else ""
            page.write_text(report(Result.table, config.stash.get(PROGRAMS, "three nodes"), SEED, earlier))
    if left_out := config.stash.get(LEFT_OUT, 0):
        terminalreporter.write_line(f"{left_out} slower fault tests left out; FAULTS=all (make faults) runs them")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    """Let `stage` see whether the test failed: what it leaves is then nobody's else's business."""
    report = yield
    if report.failed:
        item.session.stash[FAILED] = True
    return report


FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="cogo-faults-"))
    yield made
    if not os.environ.get("FAULTS_KEEP"):
        shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="session")
def network() -> Iterator[Network | None]:
    """Where other machines reach the servers; None where none can be made."""
    made = None if why_not() else Network()
    yield made
    if made:
        made.end()


@pytest.fixture
def machine(network: Network | None) -> Iterator[Machine]:
    """Another machine, for processes of the stage."""
    if network is None:
        pytest.skip(f"no machine can be cut off here: {why_not()}")
    made = network.machine()
    yield made
    made.heal()


@pytest.fixture(scope="session")
def fault_broker(request, folder: Path, fault_database: Database, network: Network | None) -> Iterator[Node]:
    node = chosen_node(folder / "rabbitmq")
    node.settings = f"listeners.tcp.2 = {network.address}:{node.port}\n" if network else ""
    node.start()
    rabbitmq = node.call("GET", "overview")["rabbitmq_version"]
    [(postgres,)] = fault_database.ask("postgres", "SHOW server_version")
    python = platform.python_version()
    request.config.stash[PROGRAMS] = f"RabbitMQ {rabbitmq}, Postgres {postgres}, Python {python}"
    yield node
    node.kill()
    node.stop()


@pytest.fixture(scope="session")
def fault_database(network: Network | None) -> Iterator[Database]:
    place = Path(tempfile.mkdtemp(prefix="cogo-faults-pg-"))
    database = Database(place, listens=network.address if network else "")
    database.prepare()
    yield database
    database.stop()
    subprocess.run(["rm", "-rf", str(place)], check=False)


@pytest.fixture(scope="session")
def stages(request, fault_broker: Node, fault_database: Database, folder: Path) -> Iterator[list[Stage]]:
    """The one stage that is in use, if any."""
    in_use: list[Stage] = []
    yield in_use
    for stage in in_use:
        stage.end()


@pytest.fixture
def stage(request, stages: list[Stage], fault_broker: Node, fault_database: Database, folder: Path) -> Iterator[Stage]:
    """The application, running and idle. After a failed test it is built anew."""
    if not stages:
        logs = folder / f"stage-{time.monotonic_ns()}"
        logs.mkdir()
        stages.append(Stage(fault_broker, fault_database, logs, SEED))
    yield stages[0]
    if request.session.stash.get(FAILED, False):
        request.session.stash[FAILED] = False
        with suppress(ProcessLookupError):
            stages.pop().end()
    else:
        stages[0].reset()


@pytest.fixture
def moved(stage, machine: Machine) -> Iterator[Callable[..., Process]]:
    """Moves processes of the stage to the other machine, for the time of a test."""
    there: list[Process] = []

    def move(*processes: Process) -> None:
        for process in processes:
            there.append(process)
            stage.move(process, machine)

    yield move
    machine.heal()
    for process in there:
        if process not in stage.extra:
            process.move([])


@pytest.fixture(scope="module")
def course_stage(request, fault_broker: Node, fault_database: Database, folder: Path) -> Iterator[CourseStage]:
    logs = folder / request.module.__name__
    logs.mkdir()
    stage = CourseStage(fault_broker, fault_database, logs, SEED)
    yield stage
    stage.end()


@pytest.fixture
def course(course_stage: CourseStage) -> Iterator[CourseStage]:
    """The application in course mode, running and idle."""
    yield course_stage
    for worker in course_stage.workers:
        if not worker.is_running():
            worker.restart()
    course_stage.reset()


@pytest.fixture
def mailers(course: CourseStage, tmp_path: Path) -> Iterator[Callable[[int], list[Program]]]:
    """Starts so many mailers of the course."""
    with ExitStack() as stack:
        yield lambda number: course.mailers(number, stack, tmp_path)
