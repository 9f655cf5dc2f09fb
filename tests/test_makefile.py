"""What `make` says where it cannot begin."""

import subprocess
import sys

import pytest

from tests.clean_room import ground


@pytest.fixture
def checkout(tmp_path):
    ground.copy_of_the_tree(tmp_path / "copy")
    return tmp_path / "copy"


def python_without_venv(folder):
    """A Python as Debian brings it: its `venv` is there, and says that a package is missing."""
    folder.mkdir()
    (folder / "venv.py").write_text("raise SystemExit('ensurepip is not available')\n")
    program = folder / "python"
    program.write_text(f'#!/bin/sh\nPYTHONPATH={folder} exec {sys.executable} "$@"\n')
    program.chmod(0o755)
    return program


def test_a_python_that_cannot_make_virtualenvs_is_told_the_package_to_install(checkout, tmp_path):
    python = python_without_venv(tmp_path / "debian")

    made = subprocess.run(
        ["make", f"PYTHON={python}", ".venv/made"], cwd=checkout, env=ground.scrubbed(tmp_path),
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    version = "{}.{}".format(*sys.version_info)
    assert made.returncode != 0
    assert f"type: sudo apt-get install python{version}-venv" in made.stdout
    assert "Traceback" not in made.stdout + made.stderr
    assert not (checkout / ".venv").exists()
