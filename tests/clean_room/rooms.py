"""The rooms: natively as root, natively as an ordinary user, with containers."""

import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from native import installation
from tests import engine
from tests.clean_room import ground, leftovers

# What is typed, and its budget in seconds.
COMMANDS = (
    ("demo", 180),
    ("demo", 60),
    ("ps", None),
    ("stop SERVICE=presentation_workflow", None),
    ("start SERVICE=presentation_workflow", None),
    ("scale WORKERS=3", None),
    ("password", None),
    ("reset", 20),
    ("down", None),
)
HANGS = 900  # seconds after which a command is ended: what fetches images and installs RabbitMQ takes a third of it
FIRST_LETTER = 90  # seconds from when packages or images are there
LETTER = re.compile("✔ .*letter")
STARTING = re.compile(r"· starting the processes|Network \S+ +Creating|Container \S+ +(Creating|Running|Starting)")


class Unavailable(Exception):
    """The room cannot be entered on this machine; the message says what is missing."""


class Dirty(Exception):
    """A command failed in the room, or something was left running."""


@dataclass(frozen=True)
class Timing:
    """How long something took."""

    what: str
    seconds: float
    budget: int | None

    def __str__(self) -> str:
        verdict = f"budget {self.budget} s {'held' if self.seconds <= self.budget else 'MISSED'}" if self.budget else ""
        return f"{self.what:28}{self.seconds:7.1f} s   {verdict}".rstrip()


@dataclass
class Room:
    """A new folder with a clone in it, and who types there."""

    folder: Path
    engine: str
    user: str = "root"
    timings: list[Timing] = field(default_factory=list)

    @property
    def project(self) -> str:
        """The name of its containers, images and volumes."""
        return self.folder.name.lower()

    def prepare(self) -> None:
        """Clone, and let the user own it."""
        (self.folder / "home").mkdir()
        ground.clone(self.folder / "clone")
        (self.folder / "clone" / ".env").write_text(ground.settings(self.project))
        account = pwd.getpwnam(self.user)
        for path in (self.folder, *self.folder.rglob("*")):
            os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)

    def type_the_first_commands(self) -> None:
        """Type them; afterwards `timings` is filled. Raises Dirty."""
        for number, (target, budget) in enumerate(COMMANDS):
            again = " again" if target in [name for name, _ in COMMANDS[:number]] else ""
            self._make(target, f"make {target}{again}", budget)
        left = leftovers.found(self.folder, self.project)
        if left:
            raise Dirty("make down left:\n" + "\n".join(f"        {line}" for line in left))

    def _make(self, target: str, name: str, budget: int | None) -> None:
        started = time.monotonic()
        starting: float | None = None
        letter: float | None = None
        with subprocess.Popen(
            ["make", f"ENGINE={self.engine}", *target.split()], cwd=self.folder / "clone",
            env=ground.scrubbed(self.folder / "home"), **self._identity(),
            text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        ) as process:  # fmt: skip
            limit = threading.Timer(HANGS, process.terminate)
            limit.daemon = True  # an interrupted room waits for nothing
            limit.start()
            assert process.stdout
            last: deque[str] = deque(maxlen=25)
            for line in process.stdout:
                last.append(line)
                print(f"   {line}", end="", flush=True)
                if starting is None and STARTING.search(line):
                    starting = time.monotonic()
                if letter is None and LETTER.search(line):
                    letter = time.monotonic()
            limit.cancel()
        self.timings.append(Timing(name, time.monotonic() - started, budget))
        if letter is not None:
            self.timings.append(Timing("  its first letter after", letter - (starting or started), FIRST_LETTER))
        if process.returncode:
            raise Dirty(f"{name} ended with {process.returncode}, after\n{textwrap.indent(''.join(last), ' ' * 8)}")

    def _identity(self) -> dict[str, Any]:
        """Who a command is run as, where that is not who runs this."""
        account = pwd.getpwnam(self.user)
        if account.pw_uid == os.geteuid():
            return {}
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}

    def clear(self) -> None:
        """End and remove whatever there is of the room, data included."""
        environment = ground.scrubbed(self.folder / "home")
        if self.engine == "compose":
            command = ["docker", "compose", "down", "--volumes", "--rmi", "local", "--remove-orphans"]
        else:
            command = ["make", "ENGINE=native", "down"]
        if (self.folder / "clone" / ".venv" / "runs").exists() or self.engine == "compose":
            subprocess.run(
                command,
                cwd=self.folder / "clone",
                env=environment,
                check=False,
                capture_output=True,
                **self._identity(),
            )
        shutil.rmtree(self.folder)


@contextmanager
def _room(engine: str, user: str = "root") -> Iterator[Room]:
    room = Room(Path(tempfile.mkdtemp(prefix="cogo-room-")), engine, user)
    try:
        room.prepare()
        yield room
    finally:
        room.clear()


@contextmanager
def natively_as_root() -> Iterator[Room]:
    """RabbitMQ is installed by the application where it is missing. Raises Unavailable."""
    _insist_on_root()
    with _room("native") as room:
        yield room


@contextmanager
def natively_as_an_ordinary_user() -> Iterator[Room]:
    """Somebody who may install nothing; RabbitMQ was installed beforehand. Raises Unavailable."""
    _insist_on_root()
    if installation.find_scripts() is None:
        installation.install()
    name = f"cogo{os.getpid()}"
    subprocess.run(["useradd", "--no-create-home", name], check=True)
    try:
        with _room("native", name) as room:
            yield room
    finally:
        subprocess.run(["userdel", name], check=False)


@contextmanager
def with_containers() -> Iterator[Room]:
    """Raises Unavailable where no containers can be run."""
    if reason := engine.why_not():
        raise Unavailable(reason)
    with _room("compose", pwd.getpwuid(os.geteuid()).pw_name) as room:
        yield room


def _insist_on_root() -> None:
    if os.geteuid() or sys.platform != "linux":
        raise Unavailable("it takes root on Linux to be several users")


ROOMS: dict[str, Callable[[], Any]] = {
    "root": natively_as_root,
    "user": natively_as_an_ordinary_user,
    "compose": with_containers,
}
