"""The library's tests of outbox and inbox with psycopg 3 and another database than `default`: its users have those."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
DRIVER = "psycopg[binary]==3.3.9"
TESTED = ("outbox", "inbox", "relay", "forgetting", "put_off", "own_failures", "totals")


def test_outbox_and_inbox_keep_their_promises_with_psycopg_3_in_a_database_that_is_not_the_default(tmp_path):
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--target", tmp_path, DRIVER], check=True)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "TEST_MESSAGING_DATABASE": "messages"}
    files = [f"messaging/tests/test_{name}.py" for name in TESTED]

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *files],
        cwd=ROOT, env=environment, check=False, capture_output=True, text=True,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
