"""The tutorial of the messaging library is typed as it stands, in an empty folder; then its message comes twice."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pika
import psycopg2
import pytest

from tests.clean_room import ground

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/tutorial/messaging-in-your-project.md"
MOST_LINES = 40  # of the reader's own, its test aside
# what tells the next block's file, or a block of Python or of commands
STEP = re.compile(r"(?:[Aa]ppend |put |into |Put )[^`]*?`([\w/.]+\.py)`|^```(python|console)\n(.*?)^```$", re.M | re.S)


@dataclass
class Reader:
    """Somebody with an empty folder who does what the page says."""

    folder: Path
    variables: dict[str, str]
    lines: int = 0
    background: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def follow(self, page: str) -> None:
        """Write each file, type each command."""
        file = None
        for name, kind, block in STEP.findall(page):
            if name:
                file = self.folder / name
            elif kind == "python":
                with file.open("a" if file.name == "settings.py" else "w") as opened:
                    opened.write(block)
                if file.name != "tests.py":
                    self.lines += sum(bool(line.strip()) for line in block.splitlines())
            else:
                for command in re.findall(r"^\$ (.*)$", block, re.MULTILINE):
                    self.type(command)

    def type(self, command: str) -> str:
        """What the command prints; of one that ends with `&` nothing, as it goes on."""
        if command.endswith("&"):
            started = subprocess.Popen(
                ["bash", "-c", f"exec {command.rstrip('& ')}"], cwd=self.folder, env=self.variables
            )
            self.background.append(started)
            return ""
        done = subprocess.run(
            ["bash", "-c", command], cwd=self.folder, env=self.variables, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout


@pytest.fixture
def database() -> Iterator[str]:
    server, name = urlsplit(os.environ["DATABASE_URL"]), f"tutorial_{uuid4().hex}"
    postgres = psycopg2.connect(server._replace(path="/postgres").geturl())
    postgres.autocommit = True
    with postgres.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        yield server._replace(path=f"/{name}").geturl()
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    postgres.close()


@pytest.fixture
def reader(tmp_path, broker_url, database) -> Iterator[Reader]:
    shutil.copytree(ROOT / "messaging", tmp_path / "clone/messaging", ignore=shutil.ignore_patterns("tests"))
    folder = tmp_path / "project"
    folder.mkdir()
    variables = {"DATABASE": database, "BROKER": broker_url, "CONFERENCE_GO": str(tmp_path / "clone")}
    reader = Reader(folder, {**ground.scrubbed(tmp_path), **variables})
    yield reader
    for process in reader.background:
        process.send_signal(signal.SIGTERM)
    for process in reader.background:
        process.wait()


def wait_for(seen: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not seen():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.1)


def test_the_page_leads_to_a_handler_that_takes_effect_once(reader, broker_url, database):
    reader.follow(PAGE.read_text())

    with psycopg2.connect(database) as look, look.cursor() as cursor:
        look.autocommit = True

        def count(table: str, condition: str = "true") -> int:
            cursor.execute(f"SELECT count(*) FROM {table} WHERE {condition}")
            return cursor.fetchone()[0]

        wait_for(lambda: count("orders_reservation"))
        cursor.execute("SELECT message_id, exchange, type, body FROM outbox_outboxmessage")
        id_, exchange, type_, body = cursor.fetchone()
        with pika.BlockingConnection(pika.URLParameters(broker_url)) as connection:
            channel = connection.channel()
            channel.confirm_delivery()
            for again in (
                str(id_),
                str(uuid4()),
            ):  # the same once more, then another, which shows that the same is through
                properties = pika.BasicProperties(message_id=again, type=type_)
                channel.basic_publish(exchange, "", bytes(body), properties, mandatory=True)
        wait_for(lambda: count("inbox_receipt") == 2)
        assert count("orders_reservation") == 2
    assert reader.lines < MOST_LINES
