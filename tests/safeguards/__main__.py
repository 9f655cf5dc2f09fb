"""`python -m tests.safeguards [NAME…]`: switches each safeguard off in turn, and shows the test that goes red.

A safeguard that no test misses is a defect, and so is a test that is red with all of them on.
"""

import os
import subprocess
import sys
from pathlib import Path

from tests.safeguards.switches import SWITCHES

ROOT = Path(__file__).parents[2]


def main() -> int:
    """0 if each safeguard has its test."""
    missed = []
    chosen = {name: SWITCHES[name] for name in sys.argv[1:] or SWITCHES}
    for name, switch in chosen.items():
        green, red = _passes(switch.test, ""), not _passes(switch.test, name)
        if not (green and red):
            missed.append(name)
        print(f"{'ok    ' if green and red else 'DEFECT'}  {name:21} off: {switch.without}")
        print(
            f"        {'red  ' if red else 'green'} {switch.test}{'' if green else '  (and red with it on)'}",
            flush=True,
        )
    print(f"\n{len(chosen) - len(missed)} safeguards have a test that misses them, {len(missed)} have none")
    return len(missed)


def _passes(test: str, off: str) -> bool:
    command = [sys.executable, "-m", "pytest", "-p", "safeguards.switches", test]
    env = {**os.environ, "SAFEGUARD_OFF": off, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):  # neither green nor red: it did not run
        sys.exit(f"{test}\n{done.stdout}{done.stderr}")
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
