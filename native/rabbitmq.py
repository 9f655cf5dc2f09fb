"""A private RabbitMQ node: own folder, own ports, own Erlang cookie. The system's own node is never touched."""

import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

SCRIPTS = ("/usr/lib/rabbitmq/lib/*/sbin", "/opt/homebrew/opt/rabbitmq/sbin", "/usr/local/opt/rabbitmq/sbin")
INSTALL = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]
PROTOCOL_HEADER = b"AMQP\x00\x00\x09\x01"


class RabbitMQMissing(Exception):
    """RabbitMQ is not installed, and cannot be installed without you."""


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on right now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@dataclass
class RabbitMQ:
    """One node. Its data stay in `folder` until that is deleted."""

    folder: Path
    port: int = field(default_factory=free_port)
    management_port: int = field(default_factory=free_port)
    epmd_port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where clients connect; user and password are RabbitMQ's own defaults, which it accepts from here only."""
        return f"amqp://guest:guest@127.0.0.1:{self.port}/"

    @property
    def management_url(self) -> str:
        """The management page and its API."""
        return f"http://127.0.0.1:{self.management_port}"

    def start(self, output: int | None = subprocess.DEVNULL) -> None:
        """Start the node; returns once it takes connections. Raises RabbitMQMissing, or RuntimeError if it ended."""
        scripts = find_scripts() or install()
        self._configure()
        self.process = subprocess.Popen(  # noqa: S603
            [scripts / "rabbitmq-server"], env=self._environment(), stdout=output, stderr=output, start_new_session=True
        )
        while not self._answers():
            if self.process.poll() is not None:
                raise RuntimeError(f"RabbitMQ ended with {self.process.returncode}; see {self.folder / 'log'}")
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop the node and the port mapper that it started; returns when both are gone."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait()
            self.process = None
        with suppress(FileNotFoundError):
            subprocess.run(  # noqa: S603
                [_epmd(), "-port", str(self.epmd_port), "-kill"],
                capture_output=True,
                check=False,
            )

    def control(self, *arguments: str) -> str:
        """What `rabbitmqctl` says. Raises subprocess.CalledProcessError."""
        scripts = find_scripts() or install()
        done = subprocess.run(  # noqa: S603
            [scripts / "rabbitmqctl", *arguments], env=self._environment(), check=True, capture_output=True, text=True
        )
        return done.stdout

    def _configure(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "enabled_plugins").write_text("[rabbitmq_management].\n")
        (self.folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\n"
            "management.tcp.ip = 127.0.0.1\n"
            f"management.tcp.port = {self.management_port}\n"
            "log.console = true\n"
            "log.file = false\n"
        )

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),  # the Erlang cookie lies here
            "LANG": "C.UTF-8",
            "RABBITMQ_NODENAME": f"conference-go-{self.port}@localhost",
            "RABBITMQ_DIST_PORT": str(self.port + 20_000 if self.port < 40_000 else self.port - 20_000),
            "ERL_EPMD_PORT": str(self.epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.folder / "none.config"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(self.folder / "generated"),
            "RABBITMQ_SCHEMA_DIR": str(self.folder / "schema"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_PLUGINS_EXPAND_DIR": str(self.folder / "plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
        }

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(PROTOCOL_HEADER)
                return bool(connection.recv(1))
        except OSError:
            return False


def find_scripts() -> Path | None:
    """The folder of RabbitMQ's own scripts: the wrappers in /usr/sbin would switch to the system's user."""
    return next((path for pattern in SCRIPTS for path in sorted(Path("/").glob(pattern[1:]))), None)


def install() -> Path:
    """Install Debian's package, saying so; the folder of the scripts. Raises RabbitMQMissing."""
    if os.geteuid() or not shutil.which("apt-get"):
        raise RabbitMQMissing(
            "RabbitMQ is not installed. Type one of these, then try again:\n"
            "  sudo apt-get install --no-install-recommends rabbitmq-server    (Debian, Ubuntu)\n"
            "  brew install rabbitmq                                           (macOS)\n"
            "The node of that package need not run: this project starts one of its own."
        )
    print("Installing RabbitMQ with apt-get, once …", file=sys.stderr)  # noqa: T201
    # RUNLEVEL: Debian starts a service when it installs it, but not in single-user mode.
    quietly = {**os.environ, "RUNLEVEL": "1", "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update"], ["install", "-y", "--no-install-recommends", "rabbitmq-server"]):
        done = subprocess.run([*INSTALL, *step], env=quietly, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise RabbitMQMissing(f"apt-get {step[0]} failed:\n{done.stdout}{done.stderr}")
    scripts = find_scripts()
    if scripts is None:
        raise RabbitMQMissing("apt-get installed rabbitmq-server, but its scripts are not where Debian puts them")
    return scripts


def _epmd() -> str:
    return shutil.which("epmd") or str(next(Path("/usr/lib/erlang").glob("erts-*/bin/epmd"), "epmd"))
