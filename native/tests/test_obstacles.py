"""A start that cannot succeed says why, and what to type, in a few lines and without a trace.

The disks are real ones of another size, mounted where only the started program sees them.
"""

import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from native import installation, obstacles
from native.rabbitmq import free_port

ROOT = Path(__file__).parents[2]
MOUNT = ["unshare", "--mount", "sh", "-c", 'mount -t tmpfs -o size="$1" none "$2" && shift 2 && exec "$@"', "sh"]


def up(folder: Path, *before: str, **variables: str) -> str:
    """What `native up` says when it cannot."""
    environment = {
        **os.environ, "RUN_DIR": str(folder), "MONOLITH_PORT": str(free_port()), "ATTENDEES_PORT": str(free_port()),
        "RABBITMQ_MANAGEMENT_PORT": str(free_port()), **variables,
    }  # fmt: skip
    command = [*before, sys.executable, "-m", "native", "up"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def mount():
    if subprocess.run([*MOUNT, "1m", "/mnt", "true"], capture_output=True, check=False).returncode:
        pytest.skip("it takes the right to mount a disk of another size")
    return lambda size, folder: [*MOUNT, size, str(folder)]


def test_a_disk_without_room_is_named(mount, tmp_path):
    said = up(tmp_path, *mount("20m", tmp_path))

    assert f"native: the disk of {tmp_path} is full: 20 MB are free, 300 MB are needed." in said
    assert "RUN_DIR=/other/folder" in said


def test_shared_memory_that_is_too_small_is_named_with_the_command_against_it(mount, tmp_path):
    said = up(tmp_path, *mount("1m", "/dev/shm"))

    assert "native: /dev/shm is too small: 1 MB are free" in said
    assert "sudo mount -o remount,size=256m /dev/shm" in said


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()

    said = up(tmp_path / "file" / "run")

    assert f"{tmp_path}/file/run cannot be used: Not a directory." in said
    assert "RUN_DIR=/other/folder" in said


def test_a_port_that_is_taken_is_named_with_its_holder(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        said = up(tmp_path, MONOLITH_PORT=str(port))

    assert f"port {port} is taken by another program: " in said
    assert f"process {os.getpid()}" in said
    assert "MONOLITH_PORT=" in said


def test_a_port_of_another_rabbitmq_comes_with_the_command_that_stops_it(broker, tmp_path):
    port = urlsplit(broker.management_url).port

    said = up(tmp_path, RABBITMQ_MANAGEMENT_PORT=str(port))

    assert f"port {port} is taken by another program: beam.smp, process " in said
    assert "sudo systemctl stop rabbitmq-server    (macOS: brew services stop rabbitmq)" in said


@pytest.mark.parametrize("scripts", installation.SCRIPTS)
def test_rabbitmq_without_erlang_says_what_to_type(monkeypatch, tmp_path, scripts):
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(installation.RabbitMQMissing, match=r"export PATH=/\S+/bin:\$PATH"):
        installation.insist_on_erlang(Path(scripts))


@pytest.mark.parametrize(
    ("release", "windows"),
    [("5.15.167.4-microsoft-standard-WSL2", True), ("4.4.0-19041-Microsoft", True), ("6.1.0-18-amd64", False)],
)
def test_a_kernel_under_windows_is_known(release, windows):
    assert obstacles.on_windows(release) is windows


def test_help_needs_no_variable():
    for words in (["--help"], ["-h"], ["up", "--help"]):
        command = [sys.executable, "-m", "native", *words]
        done = subprocess.run(
            command, cwd=ROOT, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("Run Conference GO without a container engine.")
