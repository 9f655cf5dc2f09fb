"""`cogo doctor` on the running application: every part, and a canary through every queue."""

import json
import os
import subprocess
import sys
import time

from contracts.queues import QUEUES
from tests.end_to_end.conftest import ROOT, run


def examined(env):
    """The exit status, and each line by its name."""
    done = subprocess.run(
        [sys.executable, "-m", "lab", "doctor", "--json"],
        cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    checks = [json.loads(line) for line in done.stdout.splitlines()]
    return done.returncode, {check["name"]: check for check in checks}


def wait_for(env, seen):
    deadline = time.monotonic() + 60
    while not seen(*(last := examined(env))):
        assert time.monotonic() < deadline, last
        time.sleep(0.3)
    return last


def test_every_part_answers_and_every_queue_its_canary(application):
    _, told = wait_for(application, lambda code, _told: code == 0)

    services = {"monolith", "attendees", "outbox of monolith", "outbox of workflow", "rabbitmq"}
    canaries = {f"canary through {queue.name}" for queue in QUEUES}
    ports = {f"port {application[name]}" for name in ("MONOLITH_PORT", "ATTENDEES_PORT", "LAB_PORT")}
    assert services | canaries | ports | {"clock"} <= set(told)
    assert all("answered by" in told[name]["detail"] for name in canaries)


def test_a_queue_that_nobody_reads_is_named_with_what_to_type(application):
    run("python", "-m", "native", "stop", "presentation_workflow", env=application)
    try:
        code, told = wait_for(application, lambda _code, told: "workflow.presentation_approvals" in told)
    finally:
        run("python", "-m", "native", "start", "presentation_workflow", env=application)

    silent = told["workflow.presentation_approvals"]
    assert (code, silent["is_well"], "make start" in silent["remedy"]) == (1, False, True)
    assert "workflow.presentation_approvals" in told["canary"]["detail"]
