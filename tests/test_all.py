"""`make test` leaves no test out and runs none twice."""

import subprocess
from pathlib import Path

from tests import all as everything
from tests import checks


def runs(command: list, file: str) -> bool:
    """Whether the command of a check runs the tests of that file."""
    words = [word for word in command[3:] if not word.startswith("--durations")]
    ignored = [word.removeprefix("--ignore=") for word in words if word.startswith("--ignore=")]
    paths = [word for word in words if not word.startswith("-") and "=" not in word]
    return any(is_in(file, path) for path in paths) and not any(is_in(file, each) for each in ignored)


def is_in(file: str, path: str) -> bool:
    return file == path or Path(path) in Path(file).parents


def test_each_file_of_tests_is_run_by_one_check():
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "test_*.py", "*/test_*.py"]
    files = subprocess.run(listed, cwd=checks.ROOT, capture_output=True, text=True, check=True).stdout.split()
    commands = [
        check.command for parts in (everything.WAITING, everything.COMPUTING) for check in everything.tests(parts)
    ]

    assert len(files) > 100
    assert {file: number for file in files if (number := sum(runs(each, file) for each in commands)) != 1} == {}
