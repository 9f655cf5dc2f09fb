"""Real-time priority holds for what runs already and for what is started later, and ends."""

import os
import subprocess
import sys

from benchmarks.priority import real_time

SLEEPS = [sys.executable, "-c", "import time; print('runs', flush=True); time.sleep(60)"]


def test_all_that_we_have_started_is_run_first_for_as_long_as_it_takes():
    before, during = _sleeper(), None
    try:
        with real_time() as is_first:
            during = _sleeper()
            policies = {os.sched_getscheduler(each.pid) for each in (before, during)} | {os.sched_getscheduler(0)}
            assert policies == {os.SCHED_RR if is_first else os.SCHED_OTHER}
        assert {os.sched_getscheduler(each.pid) for each in (before, during)} == {os.SCHED_OTHER}
        assert is_first == _is_allowed()
    finally:
        for each in (before, during):
            if each:
                each.kill()
                each.wait()


def _is_allowed() -> bool:
    trial = "import os; os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))"
    return subprocess.run([sys.executable, "-c", trial], capture_output=True).returncode == 0


def _sleeper() -> subprocess.Popen[bytes]:
    process = subprocess.Popen(SLEEPS, stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()
    return process
