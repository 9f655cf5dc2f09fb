"""What comes out of the system's packages, and how it gets here: RabbitMQ, and for the tests a browser."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCRIPTS = ("/usr/lib/rabbitmq/lib/*/sbin", "/opt/homebrew/opt/rabbitmq/sbin", "/usr/local/opt/rabbitmq/sbin")
APT = ("apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300")
POLICY = Path("/usr/sbin/policy-rc.d")


class RabbitMQMissing(Exception):
    """RabbitMQ is not installed, and cannot be installed without you."""


def find_scripts() -> Path | None:
    """The folder of RabbitMQ's own scripts: the wrappers in /usr/sbin would switch to the system's user."""
    return next((path for pattern in SCRIPTS for path in sorted(Path("/").glob(pattern[1:]))), None)


def install() -> Path:
    """Install Debian's package, saying so; the folder of the scripts. Raises RabbitMQMissing."""
    if not may_install():
        raise RabbitMQMissing(
            "RabbitMQ is not installed. Type one of these, then try again:\n"
            "  sudo apt-get install --no-install-recommends rabbitmq-server    (Debian, Ubuntu)\n"
            "  brew install rabbitmq                                           (macOS)\n"
            "The node of that package need not run: this project starts one of its own."
        )
    trouble = apt_install("rabbitmq-server")
    if trouble:
        raise RabbitMQMissing(f"apt-get could not install rabbitmq-server:\n{trouble}")
    scripts = find_scripts()
    if scripts is None:
        raise RabbitMQMissing("apt-get installed rabbitmq-server, but its scripts are not where Debian puts them")
    return scripts


def insist_on_erlang(scripts: Path) -> None:
    """RabbitMQ's scripts look for Erlang on the PATH; Homebrew's may not be there. Raises RabbitMQMissing."""
    if shutil.which("erl"):
        return
    beside = scripts.parents[2] / "bin" if "opt" in scripts.parts else Path("/usr/bin")
    raise RabbitMQMissing(
        f"RabbitMQ is in {scripts}, but its Erlang is not on the PATH. Type one of these, then try again:\n"
        f"  export PATH={beside}:$PATH\n"
        "  sudo apt-get install --reinstall rabbitmq-server erlang-base    (Debian, Ubuntu)\n"
        "  brew reinstall rabbitmq                                         (macOS)"
    )


def may_install() -> bool:
    """Whether system packages can be installed without asking a person."""
    return not os.geteuid() and shutil.which("apt-get") is not None


def apt_install(package: str) -> str:
    """Install a package of Debian's, saying so, and start no service of it; what apt-get printed if it failed."""
    print(f"Installing {package} with apt-get, once …", file=sys.stderr)  # noqa: T201
    with _no_service_starts():
        output = _apt("update").stdout
        done = _apt("install", "-y", "--no-install-recommends", package)
    return f"{output}{done.stdout}" if done.returncode else ""


def _apt(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603
        [*APT, *arguments],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip


@contextmanager
def _no_service_starts() -> Iterator[None]:
    """Debian starts a service as soon as it is installed, unless this file says no."""
    ours = not POLICY.exists()
    if ours:
        POLICY.write_text("#!/bin/sh\nexit 101\n")
        POLICY.chmod(0o755)
    try:
        yield
    finally:
        if ours:
            POLICY.unlink(missing_ok=True)
