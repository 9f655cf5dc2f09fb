"""The lesson in lab/hello/README.md: every command is run, and prints what the lesson says."""

import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import engine

ROOT = Path(__file__).parents[2]
LESSON = (ROOT / "lab/hello/README.md").read_text()
BLOCKS = re.findall(r"^```console ?(\w*)\n(.*?)^```$", LESSON, re.MULTILINE | re.DOTALL)
BEFORE_THE_BROKER = "waiting for RabbitMQ …"
PATIENCE = 60  # seconds for a line to appear; only ends a test that would never end
needs_engine = pytest.mark.skipif(bool(engine.why_not()), reason=engine.why_not())


class Terminal:
    """A shell command that is running, and what it has printed."""

    def __init__(self, command: str, env: dict[str, str]) -> None:
        self._output = tempfile.NamedTemporaryFile("w+")  # noqa: SIM115 - closed with the terminal
        self._process = subprocess.Popen(
            ["bash", "-c", command], cwd=ROOT, env=env, stdout=self._output, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        self.read = 0

    def expect(self, lines: list[str]) -> None:
        """Wait until these come next."""
        deadline = time.monotonic() + PATIENCE
        while len(shown := self._shown()[self.read :]) < len(lines):
            assert time.monotonic() < deadline, f"expected {lines}, saw {shown}"
            time.sleep(0.05)
        assert shown[: len(lines)] == lines
        self.read += len(lines)

    def press_ctrl_c(self) -> None:
        """End it as a person would; it has no more to say."""
        os.killpg(self._process.pid, signal.SIGINT)
        self._process.wait(PATIENCE)
        assert self._shown()[self.read :] == []

    def end(self) -> None:
        """Make sure that it has ended."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGTERM)
            self._process.wait(PATIENCE)

    def _shown(self) -> list[str]:
        lines = Path(self._output.name).read_text().splitlines()
        return [line for line in lines if line != BEFORE_THE_BROKER]


def commands_of(way: str) -> tuple[list[str], str, list[str]]:
    """What starts a broker in this way, the line that defines `hello`, and what cleans up."""
    start, *rest = [block for name, block in BLOCKS if name == way]
    lines = re.findall(r"^\$ (.*)$", start, re.MULTILINE)
    clean_up = [line for block in rest for line in re.findall(r"^\$ (.*)$", block, re.MULTILINE)]
    return lines[:-1], lines[-1], clean_up


def steps() -> Iterator[tuple[str, str, list[str]]]:
    """Terminal, what is typed there, and the lines that come next in it."""
    for name, block in BLOCKS:
        if name:
            continue
        for head, typed, output in re.findall(r"^\((.*?)\) ?(.*)\n((?:(?!\().*\n)*)", block, re.MULTILINE):
            yield head, typed, output.splitlines()


def follow_the_lesson(define_hello: str, env: dict[str, str]) -> None:
    terminals: dict[str, Terminal] = {}
    try:
        for name, typed, output in steps():
            if typed == "^C":
                terminals[name].press_ctrl_c()
                continue
            if typed:
                if name in terminals:
                    terminals[name].end()
                terminals[name] = Terminal(f"{define_hello}\n{typed.removeprefix('$ ')}", env)
            terminals[name].expect(output)
    finally:
        for terminal in terminals.values():
            terminal.end()


def in_shell(lines: list[str]) -> None:
    for line in lines:
        subprocess.run(["bash", "-c", line], cwd=ROOT, check=True)


def test_the_lesson_natively(broker_url):
    exports, define_hello, _ = commands_of("native")

    follow_the_lesson("\n".join([*exports, define_hello]), {**os.environ, "RABBITMQ_URL": broker_url})


@needs_engine
@pytest.mark.parametrize("way", ["compose", "docker"])
def test_the_lesson_in_containers(way):
    start, define_hello, clean_up = commands_of(way)
    in_shell(start)
    try:
        follow_the_lesson(define_hello, dict(os.environ))
    finally:
        in_shell(clean_up)


@pytest.mark.parametrize("program", ["producer.py", "consumer.py"])
def test_the_first_programs_are_short(program):
    assert len((ROOT / "lab/hello" / program).read_text().splitlines()) < 30
