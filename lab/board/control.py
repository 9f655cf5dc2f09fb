"""Stops, starts, freezes and kills processes: a fixed list of deeds on a fixed list of services, by supervisor.

With a container engine there is nobody to do it, and the button shows the command to type.
"""

import threading
import time
from contextlib import suppress
from typing import Any
from xmlrpc.client import Fault, ServerProxy

from django.conf import settings

BROKER, WORKERS = "rabbitmq", "presentation_workflow"
SLOTS = 6
STOPS_WITHIN = 90  # seconds
FROZEN, RUNNING = 0.95, 0.05  # seconds of each, of a worker that is slowed down


class NobodyToAsk(Exception):
    """There is no supervisor here; the message is the command that a person types instead."""


class Refused(Exception):
    """Supervisor did not do it; the message says why."""


TYPED = {
    "stop": "docker compose stop rabbitmq",
    "start": "docker compose start rabbitmq",
    "freeze": "docker compose pause presentation_workflow",
    "go_on": "docker compose unpause presentation_workflow",
    "slow": "docker update --cpus 0.02 $(docker compose ps --quiet presentation_workflow)",
    "kill": "docker compose kill presentation_workflow && docker compose start presentation_workflow",
    "more": "docker compose up --detach --no-recreate --no-deps --scale presentation_workflow=2 presentation_workflow",
    "fewer": "docker compose up --detach --no-recreate --no-deps --scale presentation_workflow=1 presentation_workflow",
}


def stop_broker() -> None:
    """Stop RabbitMQ in good order; returns at once. Raises NobodyToAsk, Refused."""
    _call("stop", "stopProcess", BROKER, False)


def start_broker() -> None:
    """Start it again; returns at once. One that is still stopping is waited for, and started then."""
    if _state() == "STOPPING":
        threading.Thread(target=_start_when_stopped, daemon=True).start()
    elif _state() not in {"RUNNING", "STARTING"}:
        _call("start", "startProcess", BROKER, False)


def _start_when_stopped() -> None:
    deadline = time.monotonic() + STOPS_WITHIN
    while _state() == "STOPPING" and time.monotonic() < deadline:
        time.sleep(0.2)
    start_broker()


def _state() -> str:
    return str(_call("start", "getProcessInfo", BROKER)["statename"])


def freeze_worker() -> str:
    """Stop a worker amid whatever it does; its name, for `go_on`. It keeps what it holds."""
    name = _running("freeze")[-1]
    _call("freeze", "signalProcess", name, "STOP")
    return name


def go_on(name: str) -> None:
    """Let it go on."""
    _call("go_on", "signalProcess", name, "CONT")


class Drag(threading.Thread):
    """Slows a worker down from outside: it may run for a moment of each second, and is frozen for the rest."""

    def __init__(self) -> None:
        super().__init__(name="drag", daemon=True)
        self.worker = _running("slow")[-1]
        self._let_go = threading.Event()

    def run(self) -> None:
        """Until it is let go, or the worker is gone."""
        with suppress(Refused):
            while not self._let_go.is_set():
                _call("freeze", "signalProcess", self.worker, "STOP")
                self._let_go.wait(FROZEN)
                go_on(self.worker)
                self._let_go.wait(RUNNING)

    def let_go(self) -> None:
        """The worker runs as before; returns once it does."""
        self._let_go.set()
        self.join()


def slow_worker() -> Drag:
    """Slow a worker down, until it is let go. Raises NobodyToAsk, Refused."""
    drag = Drag()
    drag.start()
    return drag


def kill_worker() -> str:
    """End a worker as a power cut would; supervisor starts another. Its name, for `start_worker`."""
    name = _running("kill")[-1]
    _call("kill", "signalProcess", name, "KILL")
    return name


def start_worker(name: str) -> None:
    """Start that worker, unless supervisor has done so already."""
    if str(_call("more", "getProcessInfo", name)["statename"]) not in {"RUNNING", "STARTING"}:
        _call("more", "startProcess", name, False)


def one_more() -> str:
    """Start a worker more; its name, for `end`. Raises Refused where there are six."""
    running = _running("more")
    free = [f"{WORKERS}:{slot}" for slot in range(SLOTS) if f"{WORKERS}:{slot}" not in running]
    if not free:
        raise Refused(f"there are {SLOTS} workers already")
    _call("more", "startProcess", free[0], False)
    return free[0]


def end(name: str) -> None:
    """Stop that worker in good order: it finishes what it has in hand."""
    _call("fewer", "stopProcess", name, False)


def let_all_go_on() -> None:
    """Undo what a lab that was killed may have left frozen."""
    for name in _running("go_on"):
        go_on(name)


def _running(deed: str) -> list[str]:
    found = [
        f"{each['group']}:{each['name']}"
        for each in _call(deed, "getAllProcessInfo")
        if each["group"] == WORKERS and each["statename"] in {"RUNNING", "STARTING"}
    ]
    if not found:
        raise Refused("no worker is running")
    return sorted(found)


def _call(deed: str, method: str, *arguments: Any) -> Any:
    if settings.LAB_CONTROL != "supervisor":
        raise NobodyToAsk(TYPED[deed])
    from supervisor.xmlrpc import SupervisorTransport  # not installed in a container

    transport = SupervisorTransport(None, None, f"unix://{settings.CONTROL_SOCKET}")
    with ServerProxy("http://127.0.0.1", transport=transport) as proxy:
        try:
            return getattr(proxy.supervisor, method)(*arguments)
        except Fault as fault:
            raise Refused(f"supervisor says {fault.faultString}") from fault
        except OSError as error:
            raise Refused(f"supervisor does not answer: {error}") from error
