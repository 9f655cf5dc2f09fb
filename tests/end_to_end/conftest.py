"""The whole application, started for the tests alone: own ports, own folder, own project name."""

import os
import subprocess
import sys
from pathlib import Path

from native.rabbitmq import free_port

ROOT = Path(__file__).parents[2]


def own_ports() -> dict[str, str]:
    """Variables that move the application away from a running one."""
    names = ("MONOLITH_PORT", "ATTENDEES_PORT", "MAIL_PORT", "RABBITMQ_MANAGEMENT_PORT")
    return {name: str(free_port()) for name in names}


def run(*command: str, env: dict[str, str]) -> str:
    """What a command printed. Fails the test, showing all of it, when it did not end with 0."""
    program = [sys.executable if command[0] == "python" else command[0], *command[1:]]
    done = subprocess.run(
        program, cwd=ROOT, env={**os.environ, **env}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert done.returncode == 0, f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}"
    return done.stdout
