"""The poller as it runs: real sockets, real signals."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from poller.__main__ import LONGEST_PAUSE, pause_after

ROOT = Path(__file__).parent.parent.parent
TOKEN = "t" * 40


class Services(BaseHTTPRequestHandler):
    """Monolith and attendees service in one; `script` says what the list of conferences answers, in turn."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/api/copies/conferences/":
            self.reply(200, json.dumps({"ids": []}).encode())
        else:
            script = self.server.script
            self.reply(*(script.pop(0) if len(script) > 1 else script[0]))

    def do_PUT(self):
        self.server.connections.add(self.client_address)
        self.server.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.reply(200, json.dumps({"changed": 1, "removed": 0, "duplicated": 2}).encode())

    def reply(self, status, body):
        if body is None:
            self.server.hung.set()
            self.server.finish.wait(20)
            return
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def services():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Services)
    server.script, server.bodies, server.connections = [(200, b'{"conferences": [{"id": 1}]}')], [], set()
    server.hung, server.finish = threading.Event(), threading.Event()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.finish.set()
    server.shutdown()
    server.server_close()


def start(**environment):
    names = ("SERVICE_TOKEN", "DEBUG", "POLL_MODE", "POLL_INTERVAL", "LIVENESS_FILE")
    inherited = {name: value for name, value in os.environ.items() if name not in names}
    command = [sys.executable, "-m", "poller"]
    return subprocess.Popen(
        command, cwd=ROOT, env={**inherited, **environment}, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


@pytest.fixture
def poller(services, tmp_path):
    url = f"http://127.0.0.1:{services.server_port}"
    process = start(
        MONOLITH_URL=url, ATTENDEES_URL=url, SERVICE_TOKEN=TOKEN,
        POLL_MODE="full", POLL_INTERVAL="0.05", LIVENESS_FILE=str(tmp_path / "alive"),
    )  # fmt: skip
    yield process
    process.kill()
    process.communicate()


def wait_until(condition):
    deadline = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.02)


def stopped(process):
    """Its exit status and output, after SIGTERM."""
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=5)
    return process.returncode, output


def test_it_polls_again_and_again_over_one_kept_connection_with_a_line_for_each(services, poller, tmp_path):
    wait_until(lambda: len(services.bodies) >= 3)

    status, output = stopped(poller)

    lines = output.splitlines()
    assert status == 0
    assert "polling http://127.0.0.1" in lines[0]
    assert all(
        re.search(r" requests=1 bytes=\d+ status=200 changed=1 removed=0 ms=\d+\.\d duplicated=2$", line)
        for line in lines[1:]
    )
    assert len(lines) >= 3
    assert len(services.connections) == 1
    assert (tmp_path / "alive").exists()


def test_garbage_and_errors_are_survived(services, poller):
    wait_until(lambda: services.bodies)

    services.script = [(500, b"<html>"), (200, b"<html>"), (200, b'{"conferences": [{"id": 7}]}')]

    wait_until(lambda: {"conferences": [{"id": 7}], "gone": [1], "deleted": []} in services.bodies)
    status, output = stopped(poller)
    assert status == 0
    assert "answered 500" in output
    assert output.count("; next try in ") == 2


def test_it_stops_at_once_even_while_it_waits_for_an_answer(services, poller):
    services.script = [(200, None)]
    assert services.hung.wait(15)

    started = time.monotonic()
    status, _ = stopped(poller)

    assert status == 0
    assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"SERVICE_TOKEN": TOKEN, "POLL_MODE": "often"}, ["POLL_MODE", "full", "etag", "delta"]),
        ({"SERVICE_TOKEN": TOKEN, "POLL_INTERVAL": "soon"}, ["POLL_INTERVAL"]),
        ({"SERVICE_TOKEN": TOKEN, "POLL_INTERVAL": "0"}, ["POLL_INTERVAL"]),
        ({}, ["SERVICE_TOKEN"]),
        ({"SERVICE_TOKEN": "development-only"}, ["SERVICE_TOKEN"]),
    ],
)
def test_a_wrong_setting_stops_the_start_with_its_name(environment, words):
    process = start(**environment)

    _, complaint = process.communicate(timeout=15)

    assert process.returncode == 2
    assert all(word in complaint for word in words)
    assert "Traceback" not in complaint


def test_pauses_grow_to_a_minute_and_vary():
    pauses = [[pause_after(failures, interval=5) for _ in range(200)] for failures in (1, 3, 10, 10_000)]

    assert [max(each) <= most for each, most in zip(pauses, (10, 40, 60, LONGEST_PAUSE), strict=True)] == [True] * 4
    assert all(len(set(each)) == 200 for each in pauses)
