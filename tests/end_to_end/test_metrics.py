"""Prometheus can read what every process that moves messages counts: each is started as it is deployed."""

import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from native import places
from native.rabbitmq import free_port
from tests.end_to_end.conftest import ROOT

PATIENCE = 60  # seconds
PROCESSES = {
    "monolith_outbox": ("monolith", "relay_outbox"),
    "monolith_subscriber": ("monolith", "subscribe"),
    "attendees_subscriber": ("attendees_microservice", "subscribe"),
    "presentation_workflow": ("presentation_workflow", "consume"),
    "presentation_workflow_outbox": ("presentation_workflow", "relay_outbox"),
}
COUNTED = {"messaging_published", "messaging_handled", "messaging_duplicates", "messaging_connections",
           "messaging_confirm_seconds", "messaging_handling_seconds", "messaging_outbox_pending"}  # fmt: skip


@contextmanager
def one_more(name, application, monkeypatch):
    """Another process of this kind beside the running one, and where it says what it counts."""
    for variable, value in application.items():
        monkeypatch.setenv(variable, value)
    folder, command = PROCESSES[name]
    port = str(free_port())
    env = {**places.environment(), **places.of_service(name), "METRICS_PORT": port}
    process = subprocess.Popen([sys.executable, f"{folder}/manage.py", command], cwd=ROOT, env=env)
    try:
        yield f"http://127.0.0.1:{port}/metrics", process
    finally:
        process.terminate()
        process.wait()


def read(url, process):
    deadline = time.monotonic() + PATIENCE
    while True:
        assert process.poll() is None, "it ended"
        try:
            return requests.get(url, timeout=10)
        except requests.ConnectionError:
            assert time.monotonic() < deadline, "it does not answer"
            time.sleep(0.2)


@pytest.mark.parametrize("name", PROCESSES)
def test_prometheus_reads_what_a_process_counts(name, application, monkeypatch):
    with one_more(name, application, monkeypatch) as (url, process):
        page = read(url, process)

    families = {family.name: family for family in text_string_to_metric_families(page.text)}
    assert page.headers["Content-Type"].startswith("text/plain")
    assert set(families) >= COUNTED
    assert families["messaging_outbox_pending"].type == "gauge"
    assert {"process_cpu_seconds", "process_resident_memory_bytes"} <= set(families)


def test_no_process_that_moves_messages_is_left_out():
    without_messages = {"monolith", "attendees_microservice"}  # their answers are counted at /api/bill/

    assert set(PROCESSES) == set(places.SERVICES) - without_messages
