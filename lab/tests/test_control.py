"""The control process: what it does for the lab's buttons, and that it does nothing else."""

import json
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from lab.board import control
from lab.control.__main__ import Server
from lab.control.containers import Containers
from lab.control.hands import NobodyToAsk
from lab.control.socket_http import ask

LABEL = "com.docker.compose"


def container(service: str, number: int, state: str) -> dict:
    labels = {f"{LABEL}.project": "mine", f"{LABEL}.service": service, f"{LABEL}.container-number": str(number)}
    return {"Id": f"id-of-{service}-{number}", "State": state, "Labels": labels}


class Engine(socketserver.ThreadingUnixStreamServer):
    """Answers as a container engine does, and notes what it is asked to do."""

    def __init__(self, file: Path) -> None:
        super().__init__(str(file), Asked)
        self.deeds: list[str] = []
        self.there = [container("presentation_workflow", 1, "running"), container("presentation_workflow", 2, "paused"),
                      container("rabbitmq", 1, "running")]  # fmt: skip


class Asked(BaseHTTPRequestHandler):
    server: Engine

    def do_GET(self) -> None:
        if self.path == f"/containers/{socket.gethostname()}/json":
            self.answer({"Config": {"Labels": {f"{LABEL}.project": "mine"}}})
        else:
            wanted = [
                each for each in self.server.there if f"service%3D{each['Labels'][f'{LABEL}.service']}" in self.path
            ]
            self.answer(wanted if "project%3Dmine" in self.path else [])

    def do_POST(self) -> None:
        self.server.deeds.append(self.path)
        self.answer(None)

    def answer(self, said: object) -> None:
        body = b"" if said is None else json.dumps(said).encode()
        self.send_response(204 if said is None else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def address_string(self) -> str:
        return "somebody"

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="cogo-") as folder:  # short: the path of a socket has room for 108 characters
        yield Path(folder)


@pytest.fixture
def engine(folder) -> Iterator[Engine]:
    with Engine(folder / "engine") as engine:
        threading.Thread(target=engine.serve_forever, daemon=True).start()
        yield engine
        engine.shutdown()


@pytest.fixture
def process(folder, engine, settings) -> Iterator[str]:
    """The control process, which the board asks; its socket."""
    settings.LAB_CONTROL, settings.CONTROL_SOCKET = "process", str(folder / "control")
    with Server(folder / "control", Containers(str(folder / "engine"))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield settings.CONTROL_SOCKET
        server.shutdown()


def until(seen: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not seen():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_worker_is_frozen_and_goes_on(process, engine):
    name = control.freeze_worker()

    control.go_on(name)

    assert name == "presentation_workflow:2"
    assert engine.deeds == [f"/containers/id-of-presentation_workflow-2/{deed}" for deed in ("pause", "unpause")]


def test_the_broker_is_stopped_before_it_is_started(process, engine):
    control.stop_broker()
    control.start_broker()

    until(lambda: len(engine.deeds) == 2)
    assert [deed.partition("?")[0] for deed in engine.deeds] == [
        "/containers/id-of-rabbitmq-1/stop",
        "/containers/id-of-rabbitmq-1/start",
    ]


@pytest.mark.parametrize("path", [
    "/stop/presentation_workflow/1", "/kill/rabbitmq/1", "/remove/rabbitmq/1", "/add/rabbitmq", "/stop/database/1",
    "/pause/rabbitmq/1", "/exec/presentation_workflow/1", "/start/..%2Fx/1", "/containers/create",
])  # fmt: skip
def test_whatever_is_not_in_its_list_is_not_done(process, engine, path):
    status, _ = ask(process, "POST", path)

    assert (status, engine.deeds) == (404, [])


def test_a_container_that_is_not_there_is_said_to_be_missing(process):
    status, said = ask(process, "POST", "/pause/presentation_workflow/9")

    assert (status, said) == (409, {"message": "presentation_workflow has no container 9"})


def test_where_no_control_process_runs_the_command_is_shown(folder, settings):
    settings.LAB_CONTROL, settings.CONTROL_SOCKET = "process", str(folder / "nobody")

    with pytest.raises(NobodyToAsk, match="docker compose pause presentation_workflow"):
        control.freeze_worker()
