"""All that one race found, and what it was run on."""

import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil
import requests

from benchmarks.polls import Cost
from lab.race.bills import Bill
from lab.race.outages import Recovery
from lab.race.run import Run
from lab.race.statistics import Statistics, statistics_of

PACKAGES = ("django", "djangorestframework", "granian", "pika", "psycopg2-binary", "requests")


@dataclass
class Results:
    """One race. `runs` are the race itself, one for each number of consumers; `burst` is the one of many changes."""

    plan: dict[str, Any]
    machine: dict[str, Any]
    runs: list[Run] = field(default_factory=list)
    burst: Run | None = None
    nobody: dict[str, float] = field(default_factory=dict)  # what is used when no source runs
    bills: list[Bill] = field(default_factory=list)
    recoveries: list[Recovery] = field(default_factory=list)
    polls: dict[str, Cost] = field(default_factory=dict)  # one of each way

    @property
    def all_runs(self) -> list[Run]:
        """In the order in which they were run."""
        return [*self.runs, *([self.burst] if self.burst else [])]

    def statistics(self, run: Run) -> list[Statistics]:
        """The rows of one run."""
        return [statistics_of(run, source_run) for source_run in run.source_runs]

    def as_dict(self) -> dict[str, Any]:
        """For JSON: everything but the single samples."""
        return {
            "plan": self.plan,
            "machine": self.machine,
            "heats": [
                {
                    "rate": run.rate,
                    "changes": len(run.changes),
                    "seconds": run.seconds,
                    "written_per_second": run.written,
                    "cpu_seconds": run.cpu,
                    "lanes": [each.as_dict() for each in self.statistics(run)],
                }
                for run in self.all_runs
            ],
            "nobody": {"cpu_ms_per_minute": self.nobody},
            "bills": _dicts(self.bills),
            "outages": _dicts(self.recoveries),
            "polls": {way: asdict(cost) for way, cost in self.polls.items()},
        }


def machine(engine: str, management_url: str) -> dict[str, Any]:
    """What it ran on: system, processor, versions."""
    return {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "engine": engine,
        "system": f"{platform.system()} {platform.release()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),  # of others, before it began: on a busy machine everything is late
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "versions": {"python": platform.python_version(), "rabbitmq": _rabbitmq(management_url), **_packages()},
    }


def _packages() -> dict[str, str]:
    return {name: version(name) for name in PACKAGES}


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def _rabbitmq(management_url: str) -> str:
    answer = requests.get(f"{management_url}/api/overview", auth=("guest", "guest"), timeout=10)
    return str(answer.json()["rabbitmq_version"]) if answer.ok else "unknown"


def _dicts(items: Sequence[Bill] | Sequence[Recovery]) -> list[dict[str, Any]]:
    return [each.as_dict() for each in items]
