import socket
import stat
import tempfile
from pathlib import Path

import pytest

from native import places
from native.rabbitmq import free_port
from native.sockets import short


@pytest.fixture(autouse=True)
def own_places(monkeypatch, tmp_path):
    monkeypatch.setenv("RUN_DIR", str(tmp_path))
    for name in places.PORTS:
        monkeypatch.setenv(name, str(free_port()))


def test_a_port_that_is_taken_is_named_with_its_variable(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        monkeypatch.setenv("ATTENDEES_PORT", str(port))

        with pytest.raises(places.PortTaken, match=rf"port {port} is taken .* ATTENDEES_PORT="):
            places.choose_ports()


def test_a_port_that_is_none_is_named_with_its_variable(monkeypatch):
    monkeypatch.setenv("MONOLITH_PORT", "web")

    with pytest.raises(places.PortTaken, match=r"port web cannot be used .* MONOLITH_PORT="):
        places.choose_ports()


def test_what_runs_is_found_where_it_was_started_even_if_the_wish_has_changed(monkeypatch):
    places.choose_ports()
    started_at = places.environment()["MONOLITH_URL"]

    monkeypatch.setenv("MONOLITH_PORT", "1")

    assert places.environment()["MONOLITH_URL"] == started_at


def test_each_service_is_given_its_own_database():
    urls = {name: places.of_service(name)["DATABASE_URL"].split("?")[0] for name in places.SERVICES}

    assert urls == {
        "monolith": "postgres://monolith@/monolith",
        "monolith_outbox": "postgres://monolith@/monolith",
        "monolith_subscriber": "postgres://monolith@/monolith",
        "attendees_microservice": "postgres://attendees@/attendees",
        "attendees_subscriber": "postgres://attendees@/attendees",
        "presentation_workflow": "postgres://workflow@/workflow",
        "presentation_workflow_outbox": "postgres://workflow@/workflow",
    }


def test_a_first_message_leads_to_the_board_where_there_is_one(monkeypatch):
    monkeypatch.setenv("LAB_PORT", "18002")

    assert places.of_service("monolith")["LAB_PAGE_URL"] == "http://127.0.0.1:18002"
    monkeypatch.setenv("LAB", "0")
    assert places.of_service("monolith")["LAB_PAGE_URL"] == ""


def test_letters_go_to_a_mail_server_of_ones_own_choice(monkeypatch):
    monkeypatch.setenv("EMAIL_HOST", "mail.example.org")
    monkeypatch.setenv("EMAIL_PORT", "587")

    chosen = places.environment()

    assert (chosen["EMAIL_HOST"], chosen["EMAIL_PORT"]) == ("mail.example.org", "587")


def test_a_socket_lies_in_its_folder_when_the_path_is_short():
    assert short(Path("/srv/run"), "supervisor.sock") == Path("/srv/run/supervisor.sock")


def test_a_socket_lies_in_a_closed_temporary_folder_when_the_path_is_long():
    path = short(Path("/srv") / ("long" * 25), "supervisor.sock")

    assert path.parent.parent == Path(tempfile.gettempdir())
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert path == short(Path("/srv") / ("long" * 25), "supervisor.sock")
    path.parent.rmdir()
