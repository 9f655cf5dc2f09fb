"""Runs the programs of tests/course as they are, on the oldest Python that many learners have, and on the newest."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAMS = ROOT / "tests" / "course"
# What learners install. All of it is, or can do, without compiled parts: so another Python takes it from here.
PACKAGES = (
    "django", "asgiref", "sqlparse", "typing_extensions.py", "pika",
    "requests", "urllib3", "idna", "certifi", "charset_normalizer",
)  # fmt: skip


def python_of(version: str) -> str | None:
    """A Python of such a version, this one or from pyenv or the PATH; None where there is none."""
    this = [sys.executable] if sys.version.startswith(f"{version}.") else []
    pyenv = sorted(Path("~/.pyenv/versions").expanduser().glob(f"{version}.*/bin/python"))
    for candidate in (*this, *map(str, pyenv), shutil.which(f"python{version}")):
        if candidate and subprocess.run([candidate, "-c", ""], capture_output=True).returncode == 0:
            return candidate
    return None


@dataclass
class Learner:
    """Somebody's machine: a Python, what is installed on it, and a folder for databases and logs."""

    python: str
    folder: Path
    names: dict[str, str]  # "rabbitmq:5672" → the host and port that are meant; without a host, of this machine

    def __post_init__(self) -> None:
        (self.folder / "packages").mkdir(parents=True)
        for package in PACKAGES:
            (self.folder / "packages" / package).symlink_to(Path(sysconfig.get_path("purelib")) / package)

    @property
    def _env(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return {
            **kept,
            "PYTHONPATH": f"{Path(__file__).parent / 'names'}:{self.folder / 'packages'}",
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "COURSE_NAMES": " ".join(f"{name}={port}" for name, port in self.names.items()),
            "SQLITE": str(self.database),
        }

    @property
    def database(self) -> Path:
        """The SQLite file of their service."""
        return self.folder / "db.sqlite3"

    def run(self, service: str, *command: str) -> None:
        """One of their commands, to its end."""
        done = subprocess.run(
            [self.python, *command], cwd=PROGRAMS / service, env=self._env, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr

    @contextmanager
    def running(self, service: str, *command: str) -> Iterator["Program"]:
        """One of their programs, until the end of the block."""
        log = self.folder / f"{len(list(self.folder.glob('*.log')))}.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                [self.python, *command], cwd=PROGRAMS / service, env=self._env, stdout=output, stderr=output
            )
        program = Program(process, log)
        try:
            yield program
            assert program.was_killed or process.poll() is None, log.read_text()
        finally:
            process.kill()
            process.wait()

    def ask(self, statement: str) -> list[tuple]:
        """The rows of a statement to their database."""
        with closing(sqlite3.connect(self.database)) as connection:
            return connection.execute(statement).fetchall()


@dataclass
class Program:
    """A program at work."""

    process: subprocess.Popen
    log: Path
    was_killed: bool = False

    def freeze(self) -> None:
        """It does nothing any more, but keeps its connections."""
        self.process.send_signal(signal.SIGSTOP)

    def kill(self) -> None:
        """End it at once."""
        self.was_killed = True
        self.process.kill()
        self.process.wait()

    def said(self, words: str) -> int:
        """How often it has printed that."""
        return self.log.read_text().count(words)


PYTHONS = {"oldest": python_of("3.10"), "newest": python_of("3.13") or sys.executable}
