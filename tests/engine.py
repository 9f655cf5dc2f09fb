"""Whether containers can be run here: asked by the clean room, where no package is installed, and by tests."""

import functools
import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]
NAMED = re.compile(r"^\s*(?:image:|FROM) +([\w./-]+:[\w.-]+)", re.MULTILINE)


@functools.cache
def why_not() -> str:
    """Why no container can be run; empty where they can be. Fetches the images that ours are made of."""
    if shutil.which("docker") is None:
        return "docker is not installed"
    for command in ("docker info", "docker compose version"):
        if not _succeeds(*command.split()):
            return f"{command} does not answer"
    files = "".join((ROOT / name).read_text() for name in ("Dockerfile", "docker-compose.yml"))
    for image in sorted(set(NAMED.findall(files))):
        if not _succeeds("docker", "image", "inspect", image) and not _succeeds("docker", "pull", image):
            return f"the image {image} is not here and cannot be fetched"
    return ""


def _succeeds(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
