"""All processes of the application under supervisor: up, down, start, stop, scale, logs."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import psutil

from native import installation, leftovers, logs, obstacles, overview, places, rabbitmq, supervisor

CONFIG = Path(__file__).with_name("supervisord.conf")
WORKERS, BROKER = "presentation_workflow", "rabbitmq"
BASE = tuple(name for name in overview.PURPOSES if name not in (WORKERS, "lab"))
MOST_WORKERS = 6  # as many places are in supervisord.conf
NOTHING_RUNS = "nothing runs; start it with: make up"
HEALTHY_WITHIN = 120  # seconds


class StackError(Exception):
    """A process did not do as it was told; the message has the end of its log."""


def up() -> None:
    """Start what does not run yet; returns once all of it is healthy. Raises StackError, places.PortTaken,
    installation.RabbitMQMissing or obstacles.Obstacle."""
    if installation.find_scripts() is None:
        installation.install()
    os.umask(0o077)  # of every process that is started here, and its files
    if not supervisor.answers():
        obstacles.look_for(places.run_dir())
        leftovers.end()
        places.choose_ports()
        folder = places.run_dir()
        (folder / "logs").mkdir(parents=True, exist_ok=True)
        _say("starting the processes")
        started = _run("supervisord")
        if started.returncode:
            raise StackError(f"supervisord does not start: {started.stdout}{started.stderr}")
    _start(*BASE, *_lab())
    scale(WORKERS, max(1, _running_workers()))
    _wait_until_healthy()


def _lab() -> tuple[str, ...]:
    return ("lab",) if places.environment()["LAB_URL"] else ()


def down() -> None:
    """Stop everything; returns once nothing is left, also of a supervisor that was killed."""
    if supervisor.answers():
        _say("stopping the processes")
        pid_file, pid = places.run_dir() / "supervisord.pid", supervisor.pid()
        supervisor.shutdown()
        while pid_file.exists() and psutil.pid_exists(pid):  # the file goes last
            time.sleep(0.1)
    leftovers.end()


def start(*names: str) -> None:
    """Start services, all at once; of the workers as many as there were. Returns once they run, and the broker answers
    where it is one of them. Raises StackError."""
    _insist_on(names)
    _start(*names)
    if BROKER in names:
        port = int(places.environment()["RABBITMQ_PORT"])
        _wait_for(BROKER, partial(rabbitmq.answers, port))


def _start(*names: str) -> None:
    try:
        supervisor.start(each for name in names for each in _processes_of(name, _wanted_workers()))
    except supervisor.EndsAgain as error:
        raise StackError(f"{error}\n{''.join(logs.tail(name.split(':')[0]) for name in error.names)}") from error


def stop(*names: str) -> None:
    """Stop services, all at once; returns when they have stopped. Raises StackError."""
    _insist_on(names)
    supervisor.stop(each for name in names for each in _processes_of(name, MOST_WORKERS))


def scale(name: str, number: int) -> None:
    """Have `number` workers, from 0 to 6. Raises StackError."""
    if name != WORKERS or not 0 <= number <= MOST_WORKERS:
        raise StackError(f"only {WORKERS} can be scaled, from 0 to {MOST_WORKERS}")
    _insist_on([name])
    slots = _processes_of(name, MOST_WORKERS)
    supervisor.stop(slots[number:])
    supervisor.start(slots[:number])
    (places.run_dir() / "workers").write_text(str(number))


def status() -> str:
    """A line for each process, as supervisor says it."""
    return _run("supervisorctl", "status").stdout if supervisor.answers() else NOTHING_RUNS


def show() -> str:
    """A line for each process: its state, where it answers, and what it is for."""
    return overview.table() if supervisor.answers() else NOTHING_RUNS


def show_logs(name: str) -> str:
    """All that a service has logged and that is still kept; without a name, the end of every log, by time."""
    if name:
        return "".join(file.read_text(errors="replace") for file in logs.files(name))
    return "".join(f"{line}\n" for line in logs.last())


def follow(name: str) -> None:
    """Show the logs as they grow, until Ctrl-C."""
    for line in logs.follow(name):
        print(line, flush=True)  # noqa: T201


def run_in(name: str, command: list[str]) -> int:
    """The exit status of `command`, run with the settings of a service. Raises StackError."""
    if name not in places.SERVICES:
        raise StackError(f"there is no service {name!r}; there are {', '.join(places.SERVICES)}")
    program = [sys.executable if command[0] == "python" else command[0], *command[1:]]
    return subprocess.run(program, cwd=places.ROOT, env=places.of_service(name), check=False).returncode  # noqa: S603


def _wait_until_healthy() -> None:
    wanted = places.environment()
    pages = {
        "monolith": f"{wanted['MONOLITH_URL']}/api/health/",
        "attendees_microservice": f"{wanted['ATTENDEES_URL']}/api/health/",
        "rabbitmq": f"http://127.0.0.1:{wanted['RABBITMQ_MANAGEMENT_PORT']}/",
    }
    if _lab():
        pages["lab"] = f"{wanted['LAB_URL']}/api/health/"
    for name, page in pages.items():
        _say(f"waiting for {name}")
        _wait_for(name, partial(_answers, page))
    _insist_that_all_stay_up()


def _wait_for(name: str, is_there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + HEALTHY_WITHIN
    while not is_there():
        _insist_that_all_stay_up()
        if time.monotonic() > deadline:
            raise StackError(f"{name} is not healthy after {HEALTHY_WITHIN} s; the end of its log:\n{logs.tail(name)}")
        time.sleep(0.2)


def _insist_that_all_stay_up() -> None:
    for each in supervisor.processes():
        if each["statename"] == "FATAL":
            raise StackError(f"{each['name']} does not stay up; the end of its log:\n{logs.tail(each['group'])}")


def _insist_on(names: Iterable[str]) -> None:
    """Raises StackError for a name that is none of ours, or where nothing runs at all."""
    services = (*BASE, WORKERS, "lab")
    for name in names:
        if name not in services:
            raise StackError(f"there is no service {name!r}; there are {', '.join(sorted(services))}")
    if not supervisor.answers():
        raise StackError(NOTHING_RUNS)


def _processes_of(name: str, workers: int) -> list[str]:
    return [f"{name}:{slot}" for slot in range(workers)] if name == WORKERS else [name]


def _wanted_workers() -> int:
    noted = places.run_dir() / "workers"
    return max(1, int(noted.read_text())) if noted.exists() else 1


def _running_workers() -> int:
    return sum(each["group"] == WORKERS and each["statename"] == "RUNNING" for each in supervisor.processes())


def _run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [Path(sys.executable).with_name(program), "-c", str(CONFIG), *arguments],
        env=places.environment(), cwd=places.ROOT, check=False, capture_output=True, text=True,
    )  # fmt: skip


def _answers(page: str) -> bool:
    try:
        with urllib.request.urlopen(page, timeout=2) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _say(what: str) -> None:
    print(f"· {what}", file=sys.stderr)  # noqa: T201
