"""supervisord's own interface: several processes are stopped or started at once, and their states are read."""

import time
from collections.abc import Callable, Collection, Iterable
from typing import Any
from xmlrpc.client import Fault, ServerProxy

from supervisor.xmlrpc import Faults, SupervisorTransport  # type: ignore[import-untyped]

from native import places

ENDED = {"STOPPED", "EXITED", "FATAL"}


class EndsAgain(Exception):
    """Processes ended each time they were started; `names` says which."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(f"{', '.join(names)}: does not stay up")
        self.names = names


def answers() -> bool:
    """Whether it runs. One that is just being shut down is waited for until it is gone."""
    while True:
        try:
            return pid() > 0
        except OSError:
            return False
        except Fault as fault:
            if fault.faultCode != Faults.SHUTDOWN_STATE:
                raise
            time.sleep(0.1)


def pid() -> int:
    """The number of its process. Raises OSError where it does not run."""
    return int(_supervisor().getPID())


def shutdown() -> None:
    """Have it stop everything, and then end; returns at once."""
    _supervisor().shutdown()


def processes() -> list[dict[str, Any]]:
    """Each process: its name and group, `statename`, `pid`, and when it was started. Raises OSError."""
    known: list[dict[str, Any]] = _supervisor().getAllProcessInfo()
    return known


def stop(names: Iterable[str]) -> None:
    """Stop all of these at once; returns when none of them runs."""
    supervisor, names = _supervisor(), list(names)
    for name in names:
        _unless(Faults.NOT_RUNNING, supervisor.stopProcess, name)
    _wait_for(names, ENDED)


def start(names: Iterable[str]) -> None:
    """Start all of these at once; returns when all of them run. Raises EndsAgain."""
    supervisor, names = _supervisor(), list(names)
    for name in names:
        _unless(Faults.ALREADY_STARTED, supervisor.startProcess, name)
    _wait_for(names, {"RUNNING"})


def _wait_for(names: Collection[str], wanted: set[str]) -> None:
    while True:
        states = {full_name(each): each["statename"] for each in processes()}
        if all(states[name] in wanted for name in names):
            return
        if "RUNNING" in wanted and (fatal := [name for name in names if states[name] == "FATAL"]):
            raise EndsAgain(fatal)
        time.sleep(0.1)


def full_name(process: dict[str, Any]) -> str:
    """As supervisor wants to be told: the name, or group:name where a program has several processes."""
    name, group = process["name"], process["group"]
    return str(name if name == group else f"{group}:{name}")


def _unless(code: int, call: Callable[[str, bool], Any], name: str) -> None:
    try:
        call(name, False)
    except Fault as fault:
        if fault.faultCode != code:
            raise


def _supervisor() -> Any:
    address = f"unix://{places.control_socket(places.run_dir())}"
    return ServerProxy("http://127.0.0.1", transport=SupervisorTransport(None, None, address)).supervisor
