"""Without a container engine: up, the tour, down. That nothing is left of it asserts `up` in conftest.py."""

import socket
from pathlib import Path

import pytest

from contracts.queues import QUEUES
from tests.end_to_end import controls, restoring
from tests.end_to_end.conftest import own_ports, run
from tests.end_to_end.controls import Controls


def test_the_tour_sees_everything_it_shows(application):
    shown = run("python", "-m", "lab", "tour", "--engine", "native", env=application)

    assert "What happened" in shown


def test_a_canary_comes_back_from_every_queue(application):
    shown = run("python", "-m", "native", "run", "monolith", "python", "monolith/manage.py", "canary", env=application)

    answered = [line.split()[0] for line in shown.splitlines() if " ms " in line]
    assert sorted(answered) == sorted(queue.name for queue in QUEUES)


def test_up_again_changes_nothing(application):
    before = run("python", "-m", "native", "status", env=application)

    run("python", "-m", "native", "up", env=application)

    def pids(status: str) -> list[str]:
        return [line.split(",")[0] for line in status.splitlines() if "RUNNING" in line]

    assert pids(run("python", "-m", "native", "status", env=application)) == pids(before)


def test_what_is_typed_acts_on_what_runs(application):
    assert run("controls/engine", env=application).strip() == "native"

    shown = Controls(application).make("ps")

    assert f"http://127.0.0.1:{application['MONOLITH_PORT']}" in shown
    lines = {line[:31].strip(): line[31:41].strip() for line in shown.splitlines()[1:]}
    assert lines.pop("presentation_workflow") == "not used"
    assert set(lines.values()) == {"running"}
    assert "STOPPED" not in shown


def test_a_service_that_there_is_not_is_answered_with_those_there_are(application):
    with pytest.raises(AssertionError, match=r"There are: attendees_microservice, .*poller, presentation_workflow"):
        Controls(application).make("stop", "SERVICE=pooler")


def test_a_part_is_stopped_and_started(application):
    controls.a_part_is_stopped_and_started(Controls(application))


def test_the_organisers_password_is_set(application):
    try:
        controls.the_organisers_password_is_set(Controls(application))
    finally:
        Controls(application).make("password", f"PASSWORD={application['ORGANISER_PASSWORD']}")


def test_everything_is_as_on_the_first_day(application):
    new = Path(application["RUN_DIR"]) / "mail" / "new"

    try:
        controls.everything_is_as_on_the_first_day(Controls(application), lambda: len(list(new.iterdir())))
    finally:
        Controls(application).make("password", f"PASSWORD={application['ORGANISER_PASSWORD']}")


def test_what_a_restore_lost_is_lost_everywhere(application, tmp_path):
    try:
        restoring.what_was_lost_is_lost_everywhere("native", application, tmp_path / "kept")
        restoring.the_other_two_are_restored("native", application, tmp_path / "kept")
    finally:
        Controls(application).make("password", f"PASSWORD={application['ORGANISER_PASSWORD']}")


def test_where_nothing_runs_that_is_said(tmp_path):
    env = {**own_ports(), "RUN_DIR": str(tmp_path)}

    assert "nothing runs" in run("make", "ps", "ENGINE=native", env=env)
    with pytest.raises(AssertionError, match="Nothing runs; start it with: make up"):
        run("make", "stop", "SERVICE=poller", "ENGINE=native", env=env)


def test_a_port_that_is_taken_is_named_with_the_variable_that_moves_it(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        with pytest.raises(AssertionError) as refusal:
            run("python", "-m", "native", "up", env={**own_ports(), "MONOLITH_PORT": port, "RUN_DIR": str(tmp_path)})

    assert f"port {port} is taken by another program" in str(refusal.value)
    assert "MONOLITH_PORT=" in str(refusal.value)
