"""`cogo status` on the running application."""

import json
import os
import subprocess
import sys
import time

from contracts.queues import QUEUES
from tests.end_to_end.conftest import ROOT, run


def status(env):
    done = subprocess.run(
        [sys.executable, "-m", "lab", "status", "--json"],
        cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, json.loads(done.stdout)


def wait_for(env, seen):
    deadline = time.monotonic() + 60
    while not seen(*(last := status(env))):
        assert time.monotonic() < deadline, last
        time.sleep(0.3)
    return last


def test_all_is_well(application):
    code, told = wait_for(application, lambda code, _told: code == 0)

    assert {each["name"] for each in told["services"]} == {
        "monolith", "attendees", "outbox of monolith", "outbox of workflow", "rabbitmq",
    }  # fmt: skip
    assert {queue.name for queue in QUEUES} <= {each["name"] for each in told["queues"]}
    assert set(told["lags"]) == {"push", "poll"}
    assert (code, told["versions"]["rabbitmq"][0].isdigit()) == (0, True)


def test_what_is_stopped_is_named(application):
    run("python", "-m", "native", "stop", "presentation_workflow", env=application)
    run("python", "-m", "native", "stop", "monolith_outbox", env=application)
    try:
        _, told = wait_for(application, lambda _code, told: any(each["lacks_consumer"] for each in told["queues"]))
    finally:
        run("python", "-m", "native", "start", "monolith_outbox", env=application)
        run("python", "-m", "native", "start", "presentation_workflow", env=application)

    unread = {each["name"] for each in told["queues"] if each["lacks_consumer"]}
    ill = {each["name"] for each in told["services"] if not each["is_well"]}
    assert (unread, ill) == (
        {"workflow.presentation_approvals", "workflow.presentation_rejections"},
        {"outbox of monolith"},
    )
