"""The command that looks at an open board for a long time, here for seconds."""

import os
import re
import subprocess
import sys

from tests.end_to_end.conftest import ROOT


def test_it_says_what_an_open_board_costs(application):
    command = [sys.executable, "-m", "tests.page_soak", "--minutes", "0.05"]

    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **application}, capture_output=True, text=True)

    assert re.search(r"^minute 1: page \d+ MB, lab \d+ MB, \d+ frames/s$", done.stdout, re.MULTILINE), done.stderr
    assert "published = " in done.stdout
    assert "the lab does not grow" in done.stdout
