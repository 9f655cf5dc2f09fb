"""Where a native run keeps its things, and which ports it takes."""

import hashlib
import os
import socket
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

from dotenv import dotenv_values

from native.rabbitmq import free_port

ROOT = Path(__file__).parents[1]
PORTS = {"MONOLITH_PORT": "8000", "ATTENDEES_PORT": "8001", "RABBITMQ_MANAGEMENT_PORT": "15672"}
INTERNAL_PORTS = ("RABBITMQ_PORT", "EMAIL_PORT", "EPMD_PORT")
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
    """A port that the application needs is somebody else's."""


def run_dir() -> Path:
    """The folder of all data, logs and letters; `make down` leaves it, deleting it is a fresh start."""
    return Path(os.environ.get("RUN_DIR") or dotenv_values(ROOT / ".env").get("RUN_DIR") or ROOT / ".run").resolve()


def environment() -> dict[str, str]:
    """The variables of every process, in rising order of precedence: defaults, .env, this environment."""
    folder = run_dir()
    own = {
        "DEBUG": "1",
        **PORTS,
        **_internal_ports(folder),
        **{name: value for name, value in dotenv_values(ROOT / ".env").items() if value is not None},
        **os.environ,
    }
    return {
        **own,
        "RUN_DIR": str(folder),
        "COGO_ROOT": str(ROOT),
        "COGO_PYTHON": sys.executable,
        "COGO_SOCKET": str(control_socket(folder)),
        "PYTHONUNBUFFERED": "1",
        "RABBITMQ_URL": f"amqp://guest:guest@127.0.0.1:{own['RABBITMQ_PORT']}/",
        "MONOLITH_URL": f"http://127.0.0.1:{own['MONOLITH_PORT']}",
        "ATTENDEES_URL": f"http://127.0.0.1:{own['ATTENDEES_PORT']}",
        "EMAIL_HOST": "127.0.0.1",
        **{f"{name.upper()}_DATABASE_URL": _database_url(folder, name) for name in set(SERVICES.values())},
    }


def of_service(name: str) -> dict[str, str]:
    """The variables of one service's processes."""
    shared = environment()
    return {**shared, "DATABASE_URL": shared[f"{SERVICES[name].upper()}_DATABASE_URL"]}


def insist_on_free_ports() -> None:
    """Raises PortTaken, naming the variable that moves the application elsewhere."""
    wanted = environment()
    for variable in PORTS:
        try:
            socket.create_server(("127.0.0.1", int(wanted[variable]))).close()
        except OSError as error:
            raise PortTaken(
                f"port {wanted[variable]} is taken by another program. Stop that, or choose another: "
                f"make up {variable}=1{wanted[variable][-4:]}, or a line in .env"
            ) from error


def control_socket(folder: Path) -> Path:
    """Where supervisord listens: in the system's folder for such things, as a clone's path may be too long."""
    return _short(folder, "supervisor.sock")


def postgres_socket(folder: Path) -> Path:
    """The link to the folder of Postgres's socket."""
    return _short(folder, "postgres")


def _short(folder: Path, name: str) -> Path:
    mark = hashlib.sha256(str(folder).encode()).hexdigest()[:10]
    return Path(tempfile.gettempdir()) / f"cogo-{mark}-{name}"


def _database_url(folder: Path, name: str) -> str:
    return f"postgres://{name}@/{name}?host={quote(str(postgres_socket(folder)))}"


def _internal_ports(folder: Path) -> dict[str, str]:
    """Free ones, chosen once per run folder."""
    file = folder / "ports"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(f"{name}={free_port()}\n" for name in INTERNAL_PORTS))
    return {name: value for name, value in dotenv_values(file).items() if value}
