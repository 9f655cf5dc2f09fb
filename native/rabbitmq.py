"""A private RabbitMQ node: own folder, own ports, own Erlang cookie. The system's own node is never touched."""

import hashlib
import os
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from native.installation import find_scripts, insist_on_erlang, install

# RabbitMQ 4.3 refuses the queues that programs of the course declare, unless told otherwise; see COGO_COURSE. In the
# older format, as a version that does not know it yet starts all the same.
PERMITTED = "{permit_deprecated_features, #{transient_nonexcl_queues => true}}"
PROTOCOL_HEADER = b"AMQP\x00\x00\x09\x01"
# No other variable reaches the node: one of RABBITMQ_… would lead it to the system's own files.
KEPT = ("PATH", "COGO_SOCKET")
READY_WITHIN, STOPPED_WITHIN = 120, 50  # seconds


_given: set[int] = set()  # ports that this process was told of, whether or not it uses them yet


class RabbitMQEnded(Exception):
    """The node ended, or did not get ready; the message says where its log is."""


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on right now; another one each time.

    Not one that the system would choose: it takes those for outgoing connections too, and may have done so
    before the port is used.
    """
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)  # Linux chooses from 32768 on
        if port not in _given:
            _given.add(port)
            with suppress(OSError), socket.create_server(("127.0.0.1", port)):
                return port


@dataclass
class RabbitMQ:
    """One node. Its data stay in `folder` until that is deleted."""

    folder: Path
    port: int = field(default_factory=free_port)
    management_port: int = field(default_factory=free_port)
    epmd_port: int = field(default_factory=free_port)
    distribution_port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    host: str = "127.0.0.1"  # where it listens
    before: Sequence[str] = ()  # what its commands begin with, where they are to run elsewhere
    settings_of_rabbit: ClassVar[tuple[str, ...]] = (PERMITTED,)  # Erlang terms, of its application `rabbit`

    @property
    def url(self) -> str:
        """Where clients connect; user and password are RabbitMQ's own defaults, which it accepts from here only."""
        return f"amqp://guest:guest@{self.host}:{self.port}/"

    @property
    def management_url(self) -> str:
        """The management page and its API."""
        return f"http://{self.host}:{self.management_port}"

    def start(self, output: int | None = None) -> None:
        """Start the node; returns once it takes connections. Its log goes to `output`, else to `node.log`.
        Raises RabbitMQMissing or RabbitMQEnded."""
        self._configure()
        with (self.folder / "node.log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603
                self._program("rabbitmq-server"), env=self._environment(), cwd=self.folder,
                stdout=output or log, stderr=output or log, start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + READY_WITHIN
        while not answers(self.port, self.host):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RabbitMQEnded(f"RabbitMQ in {self.folder} does not answer; its log says why")
            time.sleep(0.1)

    def wait(self) -> int:
        """The status with which the node ended, once it does so by itself."""
        return self.process.wait() if self.process else 0

    def stop(self) -> None:
        """Stop the node and the port mapper that it started; returns when both are gone."""
        if self.process is not None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(STOPPED_WITHIN)
        self.kill()
        with suppress(FileNotFoundError):
            while "living nodes" in self._end_port_mapper():  # it has not noticed yet
                time.sleep(0.05)

    def kill(self) -> None:
        """End the node at once. What it has confirmed to be on disk is there when it starts again."""
        if self.process is not None and self.process.poll() is None:
            self._signal(signal.SIGKILL)
            self.process.wait()
        self.process = None

    def _signal(self, number: int) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, number)  # the start script and the node share a group

    def _end_port_mapper(self) -> str:
        command = [*self.before, _epmd(), "-port", str(self.epmd_port), "-kill"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        return done.stdout + done.stderr

    def control(self, *arguments: str) -> str:
        """What `rabbitmqctl` says. Raises subprocess.CalledProcessError."""
        command = [*self._program("rabbitmqctl"), *arguments]
        done = subprocess.run(command, env=self._environment(), check=True, capture_output=True, text=True)  # noqa: S603
        return done.stdout

    def _program(self, name: str) -> list[str | Path]:
        """How one of RabbitMQ's scripts is called."""
        scripts = find_scripts() or install()
        insist_on_erlang(scripts)
        return [*self.before, scripts / name]

    def _configure(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "enabled_plugins").write_text("[rabbitmq_management,rabbitmq_event_exchange].\n")
        (self.folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = {self.host}:{self.port}\n"
            f"management.tcp.ip = {self.host}\n"
            f"management.tcp.port = {self.management_port}\n"
            "collect_statistics_interval = 1000\n"  # the board wants to see it soon
            "log.console = true\n"
            "log.file = false\n"
        )
        (self.folder / "advanced.config").write_text(f"[{{rabbit, [{', '.join(self.settings_of_rabbit)}]}}].\n")

    def _environment(self) -> dict[str, str]:
        mark = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:10]
        return {
            **{name: os.environ[name] for name in KEPT if name in os.environ},
            "HOME": str(self.folder),  # the Erlang cookie lies here
            "LANG": "C.UTF-8",
            "RABBITMQ_NODENAME": f"conference-go-{mark}@localhost",
            "RABBITMQ_DIST_PORT": str(self.distribution_port),
            "ERL_EPMD_PORT": str(self.epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.folder / "advanced.config"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(self.folder / "generated"),
            "RABBITMQ_SCHEMA_DIR": str(self.folder / "schema"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_PLUGINS_EXPAND_DIR": str(self.folder / "plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "ERL_CRASH_DUMP": str(self.folder / "crash.dump"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
        }


class ForTests(RabbitMQ):
    """A node that refuses what is larger than LARGEST bytes, so that a test need not send the 128 MiB of RabbitMQ 3."""

    LARGEST: ClassVar[int] = 1024 * 1024
    settings_of_rabbit: ClassVar[tuple[str, ...]] = (PERMITTED, f"{{max_message_size, {LARGEST}}}")


def answers(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a broker takes connections there, which its management page may do earlier."""
    try:
        with socket.create_connection((host, port), timeout=1) as connection:
            connection.sendall(PROTOCOL_HEADER)
            return bool(connection.recv(1))
    except OSError:
        return False


def _epmd() -> str:
    return shutil.which("epmd") or str(next(Path("/usr/lib/erlang").glob("erts-*/bin/epmd"), "epmd"))
