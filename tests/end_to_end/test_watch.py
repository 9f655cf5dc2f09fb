"""`cogo watch` on the running application."""

import json
import os
import subprocess
import sys

import requests

from tests.end_to_end.conftest import ROOT, run
from tests.end_to_end.controls import until

COGO = [sys.executable, "-m", "lab", "watch"]


def test_it_tells_in_json_what_happens(application):
    program = subprocess.Popen(
        [*COGO, "--json"], cwd=ROOT, env={**os.environ, **application}, stdout=subprocess.PIPE, text=True
    )
    try:
        first = json.loads(program.stdout.readline())
        assert "workflow.presentation_approvals" in first["state"]["queues"]
        auth = ("organiser", application["ORGANISER_PASSWORD"])
        conferences = f"http://127.0.0.1:{application['MONOLITH_PORT']}/api/conferences/"
        seats = {"max_attendees": 77}
        requests.put(f"{conferences}1/", json=seats, auth=auth, timeout=30).raise_for_status()

        told = ""
        while "conference.changed" not in told:  # every half second there is a line
            told = json.dumps(json.loads(program.stdout.readline())["events"])
    finally:
        program.kill()
        program.wait()

    assert "attendees.conference_info" in told


def test_it_shows_the_board_once(application):
    def shows_queues_and_who_reads_them() -> bool:
        shown = run(*COGO[:1], "-m", "lab", "watch", "--once", env=application)
        return "workflow.presentation_approvals" in shown and "presentation_workflow" in shown

    until(shows_queues_and_who_reads_them)


def test_without_a_lab_it_says_how_to_start_it():
    done = subprocess.run([*COGO, "--once"], cwd=ROOT, env={**os.environ, "LAB_PORT": "9"}, capture_output=True,
                          text=True, check=False)  # fmt: skip

    assert (done.returncode, "start it with: make up" in done.stderr) == (1, True)
