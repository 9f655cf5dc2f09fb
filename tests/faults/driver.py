"""Makes load: decisions and account changes by the monolith's own code, in a process beside the tests."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCRIPT = Path(__file__).with_name("load.py")


@dataclass
class Load:
    """One load: what was to be attempted, and after `Driver.wait` what became of it."""

    presentations: list[int]
    accounts: list[str]
    attempted: int
    ok: list[int] = field(default_factory=list)  # presentations whose decision was acknowledged
    unknown: int = 0
    milliseconds: list[float] = field(default_factory=list)

    def slowest_percent(self) -> float:
        """The 99th percentile of the milliseconds that an attempt took."""
        return sorted(self.milliseconds)[int(len(self.milliseconds) * 0.99)] if self.milliseconds else 0.0


class Driver:
    """One process; one load at a time."""

    def __init__(self, database_url: str, **env: str) -> None:
        settings = {"DATABASE_URL": database_url, "DEBUG": "1", "DJANGO_SETTINGS_MODULE": "conference_go.settings"}
        path = f"{ROOT / 'monolith'}:{env.get('PYTHONPATH', '')}"
        self._process = subprocess.Popen(
            [sys.executable, SCRIPT],
            cwd=ROOT,
            env={**os.environ, **settings, **env, "PYTHONPATH": path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, decisions: int, changes: int, seconds: float, seed: int) -> Load:
        """Begin a load; returns once its first attempt is about to be made."""
        order = {"decisions": decisions, "changes": changes, "seconds": seconds, "seed": seed}
        print(json.dumps(order), file=self._process.stdin, flush=True)
        begun = self._read("ready")
        return Load(begun["presentations"], begun["accounts"], begun["attempted"])

    def wait(self, load: Load) -> Load:
        """The same load, once every attempt has been made."""
        done = self._read("ok")
        load.attempted, load.unknown = done["attempted"], done["unknown"]
        load.ok, load.milliseconds = done["ok"], done["milliseconds"]
        return load

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()

    def _read(self, expected: str) -> dict:
        """The next answer; Django's own log lines are passed over."""
        for line in self._process.stdout:
            if line.startswith("{") and expected in (answer := json.loads(line)):
                return answer
        raise RuntimeError(f"the load process ended with {self._process.wait()}")
