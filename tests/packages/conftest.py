"""The wheels that the environments of these tests are made of: downloaded once, and found in a folder by pip."""

import subprocess
import sys
import tomllib

import pytest

from tests.clean_room import ground

REQUIREMENTS = ("requirements.txt", *(f"{part}/requirements.txt" for part in ("native", "lab", "tests", "benchmarks")))


@pytest.fixture(scope="session")
def from_wheels(tmp_path_factory) -> dict[str, str]:
    """Variables with which pip installs what the requirements name, and nothing else: to download is not under test."""
    folder = tmp_path_factory.mktemp("wheels")
    build = tomllib.loads((ground.ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    files = [f"--requirement={ground.ROOT / file}" for file in REQUIREMENTS]
    download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    subprocess.run([*download, "--dest", folder, *files, *build], check=True)
    # Only a no keeps pip from compiling, which is half of its work; Python does so when it imports something.
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(folder), "PIP_NO_COMPILE": "no"}
