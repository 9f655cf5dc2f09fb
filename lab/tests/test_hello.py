"""The lesson in lab/hello/README.md: every command is run, and prints what the lesson says."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from native.rabbitmq import free_port
from tests import engine

ROOT = Path(__file__).parents[2]
LESSON = (ROOT / "lab/hello/README.md").read_text()
PROGRAMS = sorted((ROOT / "lab/hello").glob("*.py"))
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
        while len(shown := self.shown()[self.read :]) < len(lines):
            assert time.monotonic() < deadline, f"expected {lines}, saw {shown}"
            time.sleep(0.05)
        assert shown[: len(lines)] == lines
        self.read += len(lines)

    def press_ctrl_c(self) -> None:
        """End it as a person would; it has no more to say."""
        self.end_by_ctrl_c()
        assert self.shown()[self.read :] == []

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def end_by_ctrl_c(self) -> None:
        """The same, whatever it says."""
        os.killpg(self._process.pid, signal.SIGINT)
        self._process.wait(PATIENCE)

    def end(self) -> None:
        """Make sure that it has ended."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGTERM)
            self._process.wait(PATIENCE)

    def shown(self) -> list[str]:
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


def in_shell(lines: list[str], env: dict[str, str]) -> None:
    for line in lines:
        subprocess.run(["bash", "-c", line], cwd=ROOT, env=env, check=True)


@pytest.fixture
def own_ports() -> dict[str, str]:
    """Where the broker of the lesson and its page are, as the usual places may be taken."""
    port, page = free_port(), free_port()
    url = f"amqp://guest:guest@localhost:{port}/"
    return {"RABBITMQ_PORT": str(port), "RABBITMQ_MANAGEMENT_PORT": str(page), "RABBITMQ_URL": url}


def has_a_page(env: dict[str, str]) -> bool:
    with suppress(requests.ConnectionError):
        return requests.get(f"http://localhost:{env['RABBITMQ_MANAGEMENT_PORT']}/", timeout=10).ok
    return False


def test_the_lesson_natively(own_ports):
    (start,), define_hello, _ = commands_of("native")
    env = {**os.environ, **own_ports}
    broker = Terminal(start, env)
    try:
        while not has_a_page(own_ports):
            assert broker.is_running, broker.shown()
            time.sleep(0.2)

        follow_the_lesson(define_hello, env)
    finally:
        broker.end_by_ctrl_c()
    assert not has_a_page(own_ports)


@needs_engine
@pytest.mark.parametrize("way", ["compose", "docker"])
def test_the_lesson_in_containers(way, own_ports):
    page = own_ports["RABBITMQ_MANAGEMENT_PORT"]
    start, define_hello, clean_up = commands_of(way)
    env = {**os.environ, "RABBITMQ_MANAGEMENT_PORT": page}
    try:
        in_shell([line.replace("127.0.0.1:15672", f"127.0.0.1:{page}") for line in start], env)
        follow_the_lesson(define_hello, env)
        assert has_a_page(own_ports)
    finally:
        in_shell(clean_up, env)


@pytest.mark.parametrize("program", [each for each in PROGRAMS if each.name != "broker.py"], ids=lambda each: each.name)
def test_a_program_that_is_given_nothing_says_its_usage(program):
    done = subprocess.run([sys.executable, program], capture_output=True, text=True, check=False, timeout=PATIENCE)

    assert done.returncode == 1
    assert re.search(rf"{program.name} [A-Z]", done.stderr)


def test_what_came_out_is_folded_away_from_the_prediction():
    for prediction in LESSON.split("**Predict:**")[1:]:
        assert prediction.index("<details>") < prediction.index("</details>")
    folded = re.findall(r"<details>.*?</details>", LESSON, re.DOTALL)
    answers = re.findall(
        r"(?:received|working on|heard) .*$",
        re.sub(r"<details>.*?</details>", "", LESSON, flags=re.DOTALL),
        re.MULTILINE,
    )

    assert len(folded) == LESSON.count("**Predict:**") == 6
    assert answers == ["working on approval 1"]  # which shows when to press Ctrl-C


@pytest.mark.parametrize("program", ["producer.py", "consumer.py"])
def test_the_first_programs_are_short(program):
    assert len((ROOT / "lab/hello" / program).read_text().splitlines()) <= 30
