"""What the whole stack uses while nothing happens."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.bars import Bar
from benchmarks.cpu import cpu_ms, memory
from benchmarks.findings import Finding, Row
from benchmarks.ground import ROOT, Ground
from benchmarks.plan import Plan
from benchmarks.rounds import Say
from native.rabbitmq import free_port

APART = ("database", "rabbitmq", "lab")  # what we did not write, and what is there to look on
OURS = "ours: all but these two, and the lab"
SETTLING = 12.0  # seconds, until what each does once at its start is over


def measure(ground: Ground, plan: Plan, say: Say) -> list[Finding]:
    """Each process of a stack of its own, as `make up` starts it without containers."""
    say("starting the whole stack")
    with _stack(ground) as pids:
        time.sleep(SETTLING if plan.idle_seconds > SETTLING else 1)
        say(f"doing nothing for {plan.idle_seconds:g} s")
        before = {name: cpu_ms(pid) for name, pid in pids.items()}
        time.sleep(plan.idle_seconds)
        per_minute = {name: (cpu_ms(pid) - before[name]) / 1000 * 60 / plan.idle_seconds for name, pid in pids.items()}
        used = {name: memory(pid) / 1e6 for name, pid in pids.items()}
    rows = [Row(name, [per_minute[name]]) for name in pids]
    rows.append(Row(OURS, [sum(per_minute[name] for name in pids if name not in APART)]))
    bars = [Bar("idle, without broker, database and lab", OURS, at_most=2, unit="% of a core", scale=100 / 60)]
    cost = Finding("idle", "Idle: seconds of CPU a minute", "s", rows, bars)
    memory_ = Finding("memory", "Idle: memory", "MB", [Row(name, [used[name]]) for name in pids])
    memory_.note = "Of each process its own; what processes share counts in part for each (PSS)."
    return [cost, memory_]


@contextmanager
def _stack(ground: Ground) -> Iterator[dict[str, int]]:
    """The process of each part."""
    ports = ("MONOLITH_PORT", "ATTENDEES_PORT", "RABBITMQ_MANAGEMENT_PORT")
    env = {**os.environ, "DEBUG": "1", "RUN_DIR": str(ground.folder / "stack"), **{p: str(free_port()) for p in ports}}
    native = [sys.executable, "-m", "native"]
    try:
        subprocess.run([*native, "up"], cwd=ROOT, env=env, check=True, capture_output=True, text=True)
        shown = subprocess.run([*native, "status"], cwd=ROOT, env=env, check=True, capture_output=True, text=True)
        lines = [line.split() for line in shown.stdout.splitlines() if " RUNNING " in line]
        yield {words[0].partition(":")[0]: int(words[3].rstrip(",")) for words in lines}
    finally:
        subprocess.run([*native, "down"], cwd=ROOT, env=env, check=False, capture_output=True)
