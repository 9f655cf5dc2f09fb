"""What still runs of a room."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.clean_room.ground import PORTS, is_taken


def found(folder: Path, project: str) -> list[str]:
    """A line for each process, listening port and container that is left."""
    return [*_processes(folder), *_ports(folder), *_containers(project)]


def _processes(folder: Path) -> Iterator[str]:
    """Known by the folder's name, which is like no other, in their command or their environment."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            traces = command + (process / "environ").read_bytes() + os.fsencode((process / "cwd").readlink())
        except OSError:
            continue
        if int(process.name) != os.getpid() and os.fsencode(folder) in traces:
            yield f"process {process.name}: {command.replace(bytes(1), b' ').decode(errors='replace')[:120]}"


def _ports(folder: Path) -> Iterator[str]:
    chosen = {name: str(port) for name, port in PORTS.items()}
    for file in (folder / "clone" / ".env", folder / "clone" / ".run" / "ports"):
        if file.exists():
            chosen.update(re.findall(r"^(\w+_PORT)=(\d+)$", file.read_text(), re.MULTILINE))
    yield from (f"port {port} ({name})" for name, port in chosen.items() if is_taken(int(port)))


def _containers(project: str) -> Iterator[str]:
    label = f"label=com.docker.compose.project={project}"
    command = ["docker", "ps", "--all", "--filter", label, "--format", "container {{.Names}}: {{.Status}}"]
    try:
        yield from subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()
    except FileNotFoundError:
        return
