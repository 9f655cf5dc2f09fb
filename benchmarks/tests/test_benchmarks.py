"""The benchmarks run; what they measure on a busy machine says nothing."""

import subprocess
import sys
from pathlib import Path

from benchmarks.servers import SERVERS

ROOT = Path(__file__).parents[2]


def test_every_server_is_measured():
    command = [sys.executable, "-m", "benchmarks.servers", "--seconds", "0.2", "--rounds", "1"]
    shown = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout

    assert [line[:36].strip() for line in shown.splitlines()[1:]] == list(SERVERS)


def test_every_way_to_poll_is_measured():
    command = [sys.executable, "-m", "benchmarks.polls", "--conferences", "200", "--polls", "1"]
    shown = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout

    assert [line.split()[0] for line in shown.splitlines()[1:]] == ["full", "etag,", "delta,"]
