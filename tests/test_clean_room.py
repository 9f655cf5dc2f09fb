"""The clean room sees what is left of it."""

import socket
import subprocess
import sys

import pytest

from tests.clean_room import ground, leftovers

SLEEPING = [sys.executable, "-c", "import sys; print('up', flush=True); sys.stdin.read()"]


@pytest.fixture
def room(tmp_path):
    (tmp_path / "clone").mkdir()
    (tmp_path / "clone" / ".env").write_text(ground.settings("nothing-of-this-name"))
    return tmp_path


def test_nothing_is_left_where_nothing_was_started(room):
    assert leftovers.found(room, "nothing-of-this-name") == []


@pytest.mark.parametrize("trace", ["folder", "variable"])
def test_a_process_of_the_room_is_seen(room, trace):
    known_by = {"cwd": room / "clone"} if trace == "folder" else {"env": {"HOME": str(room)}}
    with subprocess.Popen(SLEEPING, stdin=subprocess.PIPE, stdout=subprocess.PIPE, **known_by) as process:
        assert process.stdout.readline()
        found = leftovers.found(room, "nothing-of-this-name")
        process.stdin.close()

    assert len(found) == 1
    assert found[0].startswith(f"process {process.pid}: ")


def test_a_port_of_the_room_is_seen(room):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        (room / "clone" / ".run").mkdir()
        (room / "clone" / ".run" / "ports").write_text(f"CATCHER_PORT={port}\n")
        found = leftovers.found(room, "nothing-of-this-name")

    assert found == [f"port {port} (CATCHER_PORT)"]


def test_an_environment_has_nothing_of_the_developers(monkeypatch, tmp_path):
    for name in ("MONOLITH_PORT", "RABBITMQ_URL", "PYTHONPATH", "VIRTUAL_ENV", "PIP_CACHE_DIR", "COMPOSE_FILE"):
        monkeypatch.setenv(name, "of the developer")

    assert "of the developer" not in ground.scrubbed(tmp_path).values()
