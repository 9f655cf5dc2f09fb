"""What a service tells the lab: never more than it can bear, and nothing where there is no lab."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue

import pytest

from telemetry import traces

ROOT = Path(__file__).parents[1]


class Lab(ThreadingHTTPServer):
    """Takes what is told."""

    def __init__(self, watched: bool) -> None:
        super().__init__(("127.0.0.1", 0), Told)
        self.watched = watched
        self.told: Queue[dict] = Queue()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Told(BaseHTTPRequestHandler):
    server: Lab

    def do_POST(self) -> None:
        self.server.told.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        answer = json.dumps({"watched": self.server.watched}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture(params=[True, False], ids=["watched", "unwatched"])
def lab(request) -> Iterator[Lab]:
    lab = Lab(request.param)
    threading.Thread(target=lab.serve_forever, daemon=True).start()
    yield lab
    lab.shutdown()


def service(code: str, url: str) -> subprocess.CompletedProcess[str]:
    """A process of its own, as each service is one."""
    lines = f"import telemetry, time\ntelemetry.start({url!r}, 'somebody')\n{code}"
    return subprocess.run([sys.executable, "-c", lines], cwd=ROOT, capture_output=True, text=True, timeout=120)


TELLS = """
deadline = time.monotonic() + 5
while not telemetry.is_watched() and time.monotonic() < deadline: time.sleep(0.01)
telemetry.tell('done', message='m')
while telemetry._waiting: time.sleep(0.01)
time.sleep(0.5)
"""


def test_what_happens_is_told_only_while_somebody_watches(lab):
    done = service(TELLS, lab.url)

    facts = [fact for _ in range(lab.told.qsize()) for fact in lab.told.get()["facts"]]
    assert done.stderr == ""
    assert [(fact["kind"], fact["message"]) for fact in facts] == ([("done", "m")] if lab.watched else [])


def test_a_lab_that_is_away_is_no_trouble():
    done = service(
        "telemetry.tell('done', message='m'); time.sleep(1.5); print(telemetry.is_watched())", "http://127.0.0.1:9"
    )

    assert (done.stdout, done.stderr) == ("False\n", "")


def test_it_never_keeps_more_than_so_much():
    done = service(
        "telemetry._is_watched = True\n"
        "for n in range(10_000): telemetry.tell('done', message=str(n))\n"
        "print(len(telemetry._waiting), telemetry._waiting[-1]['message'])",
        "",
    )

    assert done.stdout == "2000 9999\n"


def test_without_a_url_there_is_no_thread():
    assert service("import threading; print(threading.active_count())", "").stdout == "1\n"


def python(code: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={**os.environ, **env}, capture_output=True,
                          text=True, timeout=120)  # fmt: skip


SERVICE = """
import os, sys
sys.path.insert(0, "monolith")
os.environ["DJANGO_SETTINGS_MODULE"] = "conference_go.settings"
import django; django.setup()
from django.conf import settings
from messaging import tracing
print(sorted(name for name in sys.modules if name.startswith("opentelemetry")))
print(tracing.tracer, [name for name in settings.MIDDLEWARE if "trace" in name])
"""


def test_without_a_collector_nothing_of_traces_is_loaded():
    done = python(SERVICE, DEBUG="1", DATABASE_URL="postgres:///unused", OTEL_EXPORTER_OTLP_ENDPOINT="")

    assert (done.stdout, done.stderr) == ("[]\nNone []\n", "")


def test_where_the_packages_for_traces_are_missing_it_says_how_to_install_them():
    done = python(
        "import sys; sys.modules['opentelemetry'] = None\n"
        "from telemetry import traces; traces.start('http://localhost:4318', 'somebody', 1)"
    )

    assert "pip install -r telemetry/requirements.txt" in done.stderr


def test_so_many_requests_a_second_are_followed_and_no_more(monkeypatch):
    now = 100.0
    monkeypatch.setattr(traces.time, "monotonic", lambda: now)
    rate = traces.Rate(per_second=5)

    assert sum(rate.allows() for _ in range(100)) == 5
    now += 1
    assert sum(rate.allows() for _ in range(100)) == 5
