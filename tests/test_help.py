"""Help is there where nothing is set; a start without a setting says which one is missing, in a line."""

import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MANAGE = {name: f"{name}/manage.py" for name in ("monolith", "attendees_microservice", "presentation_workflow")}
OURS = {path.stem for path in ROOT.glob("[!.]*/**/management/commands/*.py")} - {"__init__"}
# A start of Django takes a second, so one process asks for the help of all commands, as if each were the first.
HELP_OF_EACH = """
import contextlib, io, json, os, runpy, sys
program, *names = sys.argv[1:]
sys.path.insert(0, os.path.dirname(program))
told, nothing_set = {}, dict(os.environ)
for name in names:
    sys.argv, printed, complaints = [program, name, "--help"], io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(complaints):
        try:
            runpy.run_path(program, run_name="__main__")
            status = 0
        except SystemExit as end:
            status = end.code
    told[name] = status, printed.getvalue(), complaints.getvalue()
    os.environ.clear()
    os.environ.update(nothing_set)
print(json.dumps(told))
"""
FOREVER = {"serve", "subscribe", "consume", "relay_outbox"}


def run(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env={"PATH": os.environ["PATH"], **variables},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@cache
def commands(service: str) -> set[str]:
    """Those of our commands that a service has."""
    return OURS & set(run(MANAGE[service], "help", "--commands").stdout.split())


@pytest.mark.parametrize("service", MANAGE)
def test_each_command_of_a_service_explains_itself_where_nothing_is_set(service):
    explained = json.loads(run("-c", HELP_OF_EACH, MANAGE[service], *commands(service)).stdout)

    assert explained.keys() & FOREVER
    assert {name: told for name, told in explained.items() if told[0] or told[2]} == {}
    assert all(printed.startswith(f"usage: manage.py {name}") for name, (_, printed, _) in explained.items())


@pytest.mark.parametrize("module", ["poller", "native", "lab", "benchmarks"])
def test_each_program_explains_itself_where_nothing_is_set(module):
    done = run("-m", module, "--help")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


@pytest.mark.parametrize("service", MANAGE)
@pytest.mark.parametrize(("variables", "missing"), [({}, "SECRET_KEY"), ({"DEBUG": "1"}, "DATABASE_URL")])
def test_a_start_without_a_setting_names_it_in_one_line(service, variables, missing):
    started = FOREVER & commands(service)
    assert started
    for name in started:
        done = run(MANAGE[service], name, **variables)

        assert done.returncode == 1
        assert re.fullmatch(rf"\w+: .*\b{missing}\b.*\n", done.stderr), done.stderr


def test_the_poller_names_its_missing_setting_in_one_line():
    done = run("-m", "poller")

    assert done.returncode == 2
    assert re.fullmatch(r"poller: SERVICE_TOKEN: .*\n", done.stderr)
