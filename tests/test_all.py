"""`make test` leaves no test out and runs none twice."""

import subprocess
from pathlib import Path

from tests import all as everything


def runs(command: list, file: str) -> bool:
    """Whether the command of a check runs the tests of that file."""
    path, ignored = command[3], [each.removeprefix("--ignore=") for each in command if "--ignore=" in str(each)]
    return is_in(file, path) and not any(is_in(file, each) for each in ignored)


def is_in(file: str, path: str) -> bool:
    return file == path or Path(path) in Path(file).parents


def test_each_file_of_tests_is_run_by_one_check():
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "test_*.py", "*/test_*.py"]
    files = subprocess.run(listed, cwd=everything.ROOT, capture_output=True, text=True, check=True).stdout.split()
    commands = [check.command for check in everything.tests()]

    assert len(files) > 100
    assert {file: number for file in files if (number := sum(runs(each, file) for each in commands)) != 1} == {}
