"""`python -m tests.fuzz [--examples 500] [--seed 1]`: both services, one after the other; the number that failed."""

import argparse
import os
import secrets
import subprocess
import sys
from pathlib import Path

from tests.fuzz.service import ROOT, Service, running

HERE = Path(__file__).parent
SERVICES = ("monolith", "attendees_microservice")


def main() -> int:
    """How many services did not keep to their schema."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--examples", type=int, default=500, help="requests for each operation, at most, in a phase")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**32), help="the same requests again")
    parser.add_argument("services", nargs="*", default=SERVICES)
    chosen = parser.parse_args()
    failed = 0
    for folder in chosen.services:
        print(f"\n── {folder}: --examples {chosen.examples} --seed {chosen.seed}", flush=True)
        with running(folder) as service:
            failed += fuzz(service, chosen.examples, chosen.seed) != 0
    return failed


def fuzz(service: Service, examples: int, seed: int) -> int:
    """The exit status of schemathesis with all its checks."""
    command = [
        Path(sys.executable).with_name("st"), "--config-file", HERE / "schemathesis.toml",
        "run", f"{service.url}/api/schema/", "--checks", "all", "--max-examples", str(examples), "--seed", str(seed),
        "--header", f"Authorization: {service.authorization}", "--generation-database", "none",
        "--continue-on-failure", "--no-color", "--warnings", "off",
    ]  # fmt: skip
    env = {**os.environ, "SCHEMATHESIS_HOOKS": "tests.fuzz.hooks", "FUZZED_URL": service.url, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
