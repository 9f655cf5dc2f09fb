"""This machine: can the application run on it, and as what?"""

import platform
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime

import psutil
import requests

from lab import settings
from lab.doctor.check import Check
from native import holders, installation, places

MIB = 1024 * 1024
MEMORY, SPARE, DISK = 2000 * MIB, 200 * MIB, 3000 * MIB
COMPOSE = (2, 24)
SKEW = 2.0  # seconds between two clocks, of which HTTP tells whole ones
PORTS = ("MONOLITH_PORT", "ATTENDEES_PORT", "LAB_PORT", "RABBITMQ_MANAGEMENT_PORT")
RUN_BY_A_SHELL = ("controls/engine", ".ci/run", "deploy/create-databases.sh")


def look(is_up: bool) -> Iterator[Check]:
    """Look at everything; `is_up` is whether the application runs here, which then holds its ports."""
    looks: tuple[Callable[[], Check], ...] = (_python, _engine, _compose, _rabbitmq, _disk, _line_endings)
    for each in looks:
        yield each()
    yield memory(is_up)
    for variable in PORTS:
        yield port(variable, is_up)
    if is_up:
        yield clock(settings.MONOLITH)


def _python() -> Check:
    version = platform.python_version()
    return Check("Python", sys.version_info >= (3, 11), version, "install Python 3.11 or newer: make PYTHON=python3.12")


def _engine() -> Check:
    version = _said("docker", "info", "--format", "{{.ServerVersion}} on {{.Architecture}}")
    if version:
        return Check("container engine", True, version)
    there = "installed and does not answer; start it" if shutil.which("docker") else "none"
    return Check("container engine", True, f"{there}; `make up` runs natively")


def _compose() -> Check:
    return compose_of(_said("docker", "compose", "version", "--short"))


def compose_of(version: str) -> Check:
    """Whether this version of Compose reads our file."""
    if not version:
        return Check("docker compose", True, "none; `make up` runs natively")
    numbers = tuple(map(int, re.findall(r"\d+", version)[:2]))
    remedy = f"install Compose {'.'.join(map(str, COMPOSE))} or newer, or run natively: make up ENGINE=native"
    return Check("docker compose", numbers >= COMPOSE, version, remedy)


def _rabbitmq() -> Check:
    found = installation.find_scripts()
    return Check("RabbitMQ of this machine", True, str(found) if found else "none; needed to run natively only")


def memory(is_up: bool) -> Check:
    """Whether there is enough to start, or where it is up, to go on."""
    free = psutil.virtual_memory().available
    remedy = "close other programs; it needs 1 GiB, and 2 to start"
    return Check("memory", free >= (SPARE if is_up else MEMORY), f"{free // MIB} MiB are free", remedy)


def _disk() -> Check:
    free = shutil.disk_usage(settings.ROOT).free
    return Check("disk", free >= DISK, f"{free // MIB} MiB are free", "make room; the images and packages need 3 GiB")


def _line_endings() -> Check:
    wrong = [file for file in RUN_BY_A_SHELL if b"\r\n" in (settings.ROOT / file).read_bytes()]
    found = f"Windows ones in {', '.join(wrong)}" if wrong else "as they should be"
    remedy = "git config core.autocrlf input, then clone again: scripts with Windows line endings cannot be run"
    return Check("line endings", not wrong, found, remedy)


def port(variable: str, is_up: bool) -> Check:
    """Whether the application has its port, or can have it."""
    number = int(places.environment()[variable])
    name = f"port {number}"
    if number not in _taken():
        is_free = not is_up
        return Check(name, is_free, "free" if is_free else "nobody listens", "make logs says why: is the part up?")
    if is_up:
        return Check(name, True, f"held by the application ({variable})")
    remedy = f"choose another with a line in .env: {variable}={number + 10_000}"
    return Check(name, False, holders.taken(number), remedy)


def _taken() -> set[int]:
    """Ports that somebody listens on."""
    try:
        found = psutil.net_connections("inet")
    except psutil.Error:  # macOS shows those of others to root alone
        return set()
    return {each.laddr.port for each in found if each.status == psutil.CONN_LISTEN}


def clock(url: str) -> Check:
    """Whether the application's clock is ours: in containers it is that of a virtual machine, which may have slept."""
    try:
        there = parsedate_to_datetime(requests.get(f"{url}/api/health/", timeout=5).headers["Date"]).timestamp()
    except (requests.RequestException, KeyError, ValueError):
        return Check("clock", True, "not compared: the monolith told no time")
    apart = abs(time.time() - there)
    remedy = "restart the container engine: its virtual machine has slept, and times of messages would be wrong"
    return Check("clock", apart <= SKEW, f"{apart:.0f} s apart from the application's", remedy)


def _said(*command: str) -> str:
    """What a program answers; nothing where it is missing or fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
