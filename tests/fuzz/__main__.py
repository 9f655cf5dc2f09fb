"""`python -m tests.fuzz [--examples 700] [--odd 35000] [--seed 1] [monolith]`: each service in turn.

Ends with the number that failed."""

import argparse
import os
import secrets
import subprocess
import sys
from pathlib import Path

from tests.fuzz import odd
from tests.fuzz.service import ROOT, Service, running

HERE = Path(__file__).parent
EXAMPLES = {"monolith": 700, "attendees_microservice": 1500}  # over 10 000 requests to each


def main() -> int:
    """How many services did not keep to their schema."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--examples", type=int, help="requests for each operation, at most, in a phase")
    parser.add_argument("--phases", default="examples,coverage,fuzzing,stateful", help="of schemathesis")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**32), help="the same requests again")
    parser.add_argument("--odd", type=int, default=35_000, help="requests to each that no schema generates")
    parser.add_argument("services", nargs="*", default=list(EXAMPLES))
    chosen = parser.parse_args()
    failed = 0
    for folder in chosen.services:
        examples = chosen.examples or EXAMPLES[folder]
        print(f"\n── {folder}: --examples {examples} --seed {chosen.seed} --phases {chosen.phases}", flush=True)
        with running(folder) as service:
            broken = odd.send(service, chosen.odd, chosen.seed)
            promises = fuzz(service, chosen.phases, examples, chosen.seed) if chosen.phases else 0
            failed += bool(broken or promises)
    return failed


def fuzz(service: Service, phases: str, examples: int, seed: int) -> int:
    """The exit status of schemathesis with all its checks."""
    command = [
        Path(sys.executable).with_name("st"), "--config-file", HERE / "schemathesis.toml",
        "run", f"{service.url}/api/schema/", "--checks", "all", "--phases", phases, "--max-examples", str(examples),
        "--seed", str(seed),
        "--header", f"Authorization: {service.authorization}", "--generation-database", "none",
        "--continue-on-failure", "--no-color", "--warnings", "off",
    ]  # fmt: skip
    env = {**os.environ, "SCHEMATHESIS_HOOKS": "tests.fuzz.hooks", "FUZZED_URL": service.url, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
