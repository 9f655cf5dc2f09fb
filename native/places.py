"""Where a native run keeps its things, and which ports it takes."""

import errno
import os
import socket
import sys
from pathlib import Path

from dotenv import dotenv_values

from native import holders
from native.postgres import DATABASES, LAB, Postgres
from native.rabbitmq import free_port
from native.sockets import short

ROOT = Path(__file__).parents[1]
PORTS = {"MONOLITH_PORT": "8000", "ATTENDEES_PORT": "8001", "LAB_PORT": "8002", "RABBITMQ_MANAGEMENT_PORT": "15672"}
# of the broker, its port mapper, the mail catcher, and where the workflow says where a message is
INTERNAL_PORTS = ("RABBITMQ_PORT", "EPMD_PORT", "CATCHER_PORT", "WORKFLOW_PORT")
SERVICES = {
    "monolith": "monolith",
    "monolith_outbox": "monolith",
    "monolith_subscriber": "monolith",
    "attendees_microservice": "attendees",
    "attendees_subscriber": "attendees",
    "presentation_workflow": "workflow",
    "presentation_workflow_outbox": "workflow",
}


class PortTaken(Exception):
    """A port that the application needs is somebody else's; the message names the variable that sets it."""


def run_dir() -> Path:
    """The folder of all data, logs and letters; `make down` leaves it, deleting it is a fresh start."""
    return Path(os.environ.get("RUN_DIR") or dotenv_values(ROOT / ".env").get("RUN_DIR") or ROOT / ".run").resolve()


def environment() -> dict[str, str]:
    """The variables of every process, in rising order of precedence: defaults, .env, this environment, and the
    ports with which the application was started."""
    folder = run_dir()
    started_with = _read(folder / "ports")
    own = {**_wished(), **started_with}
    board = "" if own["LAB"] == "0" else f"http://127.0.0.1:{own['LAB_PORT']}"
    return {
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": started_with.get("CATCHER_PORT", ""),
        **own,
        "RUN_DIR": str(folder),
        "COGO_ROOT": str(ROOT),
        "COGO_PYTHON": sys.executable,
        "COGO_SOCKET": str(control_socket(folder)),
        "PYTHONUNBUFFERED": "1",
        "TZ": "UTC",  # as in containers, and so that all logs can be put in the order of time
        "RABBITMQ_URL": f"amqp://guest:guest@127.0.0.1:{started_with.get('RABBITMQ_PORT', 5672)}/",
        "MONOLITH_URL": f"http://127.0.0.1:{own['MONOLITH_PORT']}",
        "ATTENDEES_URL": f"http://127.0.0.1:{own['ATTENDEES_PORT']}",
        "RABBITMQ_MANAGEMENT_URL": f"http://127.0.0.1:{own['RABBITMQ_MANAGEMENT_PORT']}",
        "LAB_URL": board,
        "LAB_PAGE_URL": board,
        "RABBITMQ_PAGE_URL": f"http://127.0.0.1:{own['RABBITMQ_MANAGEMENT_PORT']}",
        "MAIL_PAGE_URL": "",  # the letters are files
        **{f"{name.upper()}_DATABASE_URL": Postgres(folder / "postgres").url(name) for name in (*DATABASES, LAB)},
    }


def of_service(name: str) -> dict[str, str]:
    """The variables of one service's processes."""
    shared = environment()
    return {**shared, "DATABASE_URL": shared[f"{SERVICES[name].upper()}_DATABASE_URL"]}


def choose_ports() -> None:
    """Take the wished ports, and free ones for what nobody needs to find; kept until the next start.
    Raises PortTaken."""
    folder, wished = run_dir(), _wished()
    for variable in PORTS:
        if variable == "LAB_PORT" and wished["LAB"] == "0":
            continue
        _insist_on(variable, wished[variable])
    ports = {
        "LAB": wished["LAB"],
        **{name: wished[name] for name in PORTS},
        **{name: str(free_port()) for name in INTERNAL_PORTS},
    }
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)  # a log in it has the first password, and the letters are anybody's
    (folder / "ports").write_text("".join(f"{name}={value}\n" for name, value in ports.items()))


def of_lone_broker() -> tuple[int, int]:
    """The ports of a RabbitMQ and of its page, where nothing else is started. Raises PortTaken."""
    wished = {"RABBITMQ_PORT": "5672", **_wished()}
    ports = ("RABBITMQ_PORT", "RABBITMQ_MANAGEMENT_PORT")
    for variable in ports:
        _insist_on(variable, wished[variable])
    port, page = (int(wished[variable]) for variable in ports)
    return port, page


def control_socket(folder: Path) -> Path:
    """Where supervisord listens."""
    return short(folder, "supervisor.sock")


def _wished() -> dict[str, str]:
    return {"DEBUG": "1", "LAB": "1", **PORTS, **_read(ROOT / ".env"), **os.environ}


def _read(file: Path) -> dict[str, str]:
    return {name: value for name, value in dotenv_values(file).items() if value is not None}


def _insist_on(variable: str, port: str) -> None:
    try:
        socket.create_server(("127.0.0.1", int(port))).close()
    except (OSError, ValueError, OverflowError) as error:
        taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
        raise PortTaken(
            f"port {port} {holders.taken(int(port)) if taken else f'cannot be used ({error})'}. "
            f"Choose another with a line in .env, for instance {variable}={free_port()}"
        ) from error
