"""A new folder with a clone of this checkout, and an environment that knows nothing of the developer's own."""

import os
import random
import socket
import subprocess
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).parents[2]
PORTS = {
    "MONOLITH_PORT": 8000,
    "ATTENDEES_PORT": 8001,
    "LAB_PORT": 8002,
    "WORKFLOW_PORT": 8003,
    "RABBITMQ_MANAGEMENT_PORT": 15672,
    "MAIL_PORT": 1080,
}
# How this machine reaches the network is its owner's affair, also where nothing is installed.
NETWORK = {
    "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY",
    "DOCKER_HOST",
}  # fmt: skip
PIP_KEEPS = "PIP_CACHE_DIR"


def scrubbed(home: Path) -> dict[str, str]:
    """PATH, an empty HOME, and what leads to the network and its package index."""
    return {
        **{name: value for name, value in os.environ.items() if name.upper() in NETWORK},
        **{name: value for name, value in os.environ.items() if name.startswith("PIP_") and name != PIP_KEEPS},
        "PATH": os.environ["PATH"],
        "HOME": str(home),
    }


def clone(folder: Path) -> None:
    """Clone what is committed here."""
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", f"file://{ROOT}", str(folder)], check=True)


def copy_of_the_tree(folder: Path) -> None:
    """Copy what git would commit, as it is on the disk."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True).stdout
    folder.mkdir(parents=True)
    there = b"\0".join(name for name in names.split(b"\0") if name and (ROOT / os.fsdecode(name)).exists())
    archive = subprocess.run(
        ["tar", "-c", "--null", "--files-from=-"], cwd=ROOT, input=there, capture_output=True, check=True
    )
    subprocess.run(["tar", "-x"], cwd=folder, input=archive.stdout, check=True)


def settings(project: str) -> str:
    """Lines for `.env`: other ports only where the usual ones are taken, and a name for the containers."""
    taken = {name: _free() for name, port in PORTS.items() if is_taken(port)}
    return "".join(f"{name}={value}\n" for name, value in {**taken, "COMPOSE_PROJECT_NAME": project}.items())


def is_taken(port: int) -> bool:
    """Whether somebody listens there."""
    with closing(socket.socket()) as client:
        client.settimeout(2)
        return client.connect_ex(("127.0.0.1", port)) == 0


def _free() -> int:
    while is_taken(port := random.randrange(20_000, 32_000)):
        pass
    return port
