"""`cogo doctor` without a program: what it says of this machine."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from lab.doctor import machine
from native.rabbitmq import free_port

ROOT = Path(__file__).parents[2]


def test_a_port_that_somebody_else_holds_is_named_with_its_holder_and_the_line_that_helps(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as other:
        number = other.getsockname()[1]
        monkeypatch.setenv("MONOLITH_PORT", str(number))
        check = machine.port("MONOLITH_PORT", is_up=False)

    assert not check.is_well
    assert "python" in check.detail
    assert f"MONOLITH_PORT={number + 10_000}" in check.remedy


def test_a_port_of_the_running_application_on_which_nobody_listens_is_not_well(monkeypatch):
    monkeypatch.setenv("MONOLITH_PORT", str(free_port()))

    assert machine.port("MONOLITH_PORT", is_up=False).is_well
    assert not machine.port("MONOLITH_PORT", is_up=True).is_well


def test_what_runs_needs_less_memory_than_what_is_to_start(monkeypatch):
    class Free:
        available = 1000 * machine.MIB

    monkeypatch.setattr(machine.psutil, "virtual_memory", Free)

    assert [machine.memory(is_up).is_well for is_up in (False, True)] == [False, True]


@pytest.mark.parametrize(("version", "is_well"), [("2.20.1", False), ("v2.24.0", True), ("5.0.2", True), ("", True)])
def test_a_compose_that_is_too_old_is_said_to_be(version, is_well):
    assert machine.compose_of(version).is_well is is_well


def test_a_clock_that_is_apart_is_said_to_be(monkeypatch):
    class Answer:
        headers = {"Date": "Mon, 23 Nov 2020 09:30:00 GMT"}

    monkeypatch.setattr(machine.requests, "get", lambda *_args, **_kwargs: Answer)

    assert not machine.clock("http://anywhere").is_well


def test_windows_line_endings_are_found(monkeypatch, tmp_path):
    for name in machine.RUN_BY_A_SHELL:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"#!/bin/sh\r\n" if name == "controls/engine" else b"#!/bin/sh\n")
    monkeypatch.setattr(machine.settings, "ROOT", tmp_path)

    (check,) = [each for each in machine.look(is_up=False) if each.name == "line endings"]

    assert (check.is_well, check.detail) == (False, "Windows ones in controls/engine")


def test_each_line_can_be_read_by_a_program():
    done = subprocess.run(
        [sys.executable, "-m", "lab", "doctor", "--json"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert {"Python", "memory", "disk", "docker compose"} <= {each["name"] for each in told}
    assert done.returncode == int(not all(each["is_well"] for each in told))
