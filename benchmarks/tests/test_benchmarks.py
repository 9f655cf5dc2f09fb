"""The benchmarks run; what they measure on a busy machine says nothing."""

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.servers import SERVERS

ROOT = Path(__file__).parents[2]
LATENCIES = ["latency-10", "latency-100", "latency-500"]


def test_every_server_is_measured():
    command = [sys.executable, "-m", "benchmarks.servers", "--seconds", "0.2", "--rounds", "1"]
    shown = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout

    assert [line[:36].strip() for line in shown.splitlines()[1:]] == list(SERVERS)


def test_every_way_to_poll_is_measured():
    command = [sys.executable, "-m", "benchmarks.polls", "--conferences", "200", "--polls", "1"]
    shown = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout

    assert [line.split()[0] for line in shown.splitlines()[1:]] == ["full,", "etag,", "delta,"]


def test_the_command_measures_shows_and_writes(tmp_path):
    """The smallest plan of three scenarios; whether a bar is held says nothing here."""
    chosen = ["--plan", "smallest", "--only", "latency", "relaying", "consuming", "--out", tmp_path]
    command = [sys.executable, "-m", "benchmarks", *chosen]
    shown = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout

    results = json.loads((tmp_path / "results.json").read_text())
    keys = [*LATENCIES, "relay", "consume"]
    assert list(results["findings"]) == keys
    assert all(median > 0 for found in results["findings"].values() for median, _, _ in found["rows"].values())
    assert {path.name for path in tmp_path.iterdir()} == {"results.md", "results.json", *(f"{key}.png" for key in keys)}
    assert all(f"{name} " in shown and bar["verdict"] in shown.lower() for name, bar in results["bars"].items())


def test_what_the_board_costs_is_measured(tmp_path):
    """Without the lab, with it, and with somebody who watches: each in turn has all its figures."""
    command = [sys.executable, "-m", "benchmarks", "--plan", "smallest", "--only", "board", "--out", tmp_path]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)

    results = json.loads((tmp_path / "results.json").read_text())
    contenders = ["no lab", "the lab, nobody watches", "the lab, somebody watches"]
    rows = {key: found["rows"] for key, found in results["findings"].items()}
    assert [list(each)[:3] for each in rows.values()] == 3 * [contenders]
    assert all(each[name][0] > 0 for each in rows.values() for name in contenders)
    later = rows["board-latency"]["somebody watches: later by"][0]
    assert abs(later - rows["board-latency"][contenders[2]][0] + rows["board-latency"][contenders[0]][0]) < 0.1
    assert len(results["bars"]) == 5
