"""Measures our parts beside others doing the same job: `make bench`, `make bench-quick`.

`python -m benchmarks [--plan thorough|quick|smallest] [--only relaying latency …] [--out FOLDER]`

Ends with 1 if a bar was missed, except for shorter plans: in a second or two of measuring, noise may miss one. Where
the rounds of a scenario leave it open whether a bar is held, it has more of them; what they leave open misses nothing.
"""

import argparse
import importlib
import signal
import sys
import time
from pathlib import Path
from types import FrameType

from benchmarks import report
from benchmarks.bars import Verdict
from benchmarks.findings import Finding
from benchmarks.ground import Ground
from benchmarks.plan import PLANS, SCENARIOS, THOROUGH


def main() -> int:
    """Measure, show, write; 1 if a bar was missed."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--plan", choices=PLANS, default="thorough")
    parser.add_argument("--only", nargs="+", choices=SCENARIOS, default=SCENARIOS, metavar="SCENARIO")
    parser.add_argument("--out", type=Path, default=Path("bench"), help="folder for results.md, results.json, plots")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, _end)
    plan, started = PLANS[chosen.plan], time.monotonic()
    findings: list[Finding] = []
    with Ground() as ground:
        about, spent = report.machine(ground), {}
        for name in chosen.only:
            scenario, began = importlib.import_module(f"benchmarks.scenarios.{name}"), time.monotonic()
            found = scenario.measure(ground, plan, lambda what, name=name: _say(f"{name}: {what}"))
            fresh = found if isinstance(found, list) else [found]
            for each in fresh:
                print(report.table(each))
            findings += fresh
            spent[name] = round(time.monotonic() - began)
    about["plan"], about["seconds"] = chosen.plan, str(round(time.monotonic() - started))
    about["seconds of each"] = ", ".join(f"{name} {seconds}" for name, seconds in spent.items())
    print(f"\nSeconds: {about['seconds']}; {about['seconds of each']}")
    report.write(findings, about, chosen.out)
    print(report.bars(findings))
    print(f"In {chosen.out}: results.md, results.json and the plots.")
    missed = [each for found in findings for each in found.judgements if each.verdict is Verdict.MISSED]
    return int(bool(missed) and plan is THOROUGH)


def _say(what: str) -> None:
    print(f"· {what}", file=sys.stderr, flush=True)


def _end(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
