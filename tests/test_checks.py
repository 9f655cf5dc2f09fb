"""How a check of `make test` is run: what hangs, what leaves processes behind, and what fails only among others."""

import sys

import pytest

from tests.checks import Check, by_itself, run


def python(program: str, *more: str) -> Check:
    return Check("a check", [sys.executable, "-c", program, *more], of_what_failed=("alone",))


@pytest.mark.parametrize(("status", "passed"), [(0, True), (3, False)])
def test_its_status_says_whether_it_passed(status, passed, capfd):
    result = run(python(f"import sys; print('a word'); sys.exit({status})"))

    assert (result.passed, result.hung, result.is_worth_another_try) == (passed, False, not passed)
    assert "a word" in capfd.readouterr().out


def test_one_that_hangs_is_interrupted_and_shows_where(capfd):
    result = run(python("import time\ntime.sleep(600)"), hangs=2)

    assert (result.passed, result.verdict, result.is_worth_another_try) == (False, "HUNG", False)
    assert "KeyboardInterrupt" in capfd.readouterr().out


def test_what_it_leaves_running_holds_nobody_up():
    left = "import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(30)']).pid)"

    assert run(python(left)).seconds < 20


def test_what_failed_among_others_is_run_again_with_no_more_than_that():
    alone = "import sys; sys.exit(sys.argv[1:] != ['alone'])"
    failed = run(python(alone))

    again = by_itself(failed)

    assert (failed.verdict, again.verdict) == ("FAILED", "passed by itself")
    assert again.check == failed.check
    assert by_itself(run(python("import sys; sys.exit(1)"))).verdict == "FAILED by itself"
