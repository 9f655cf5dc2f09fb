"""What the buttons do to processes, by whoever can; where nobody can, they show the command to type."""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from django.conf import settings

from lab.control.asked import ControlProcess
from lab.control.hands import Hands, NobodyToAsk, Refused
from lab.control.supervised import Supervisor

FROZEN, RUNNING = 0.95, 0.05  # seconds of each, of a worker that is slowed down
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
Found = TypeVar("Found")


def stop_broker() -> None:
    """Stop RabbitMQ in good order; returns at once. Like all here, raises NobodyToAsk and Refused."""
    _do("stop", lambda hands: hands.stop_broker())


def start_broker() -> None:
    """Start it again; returns at once. One that is still stopping is waited for, and started then."""
    _do("start", lambda hands: hands.start_broker())


def freeze_worker() -> str:
    """Stop a worker amid whatever it does; its name, for `go_on`. It keeps what it holds."""
    name = _last("freeze")
    _do("freeze", lambda hands: hands.freeze(name))
    return name


def go_on(name: str) -> None:
    """Let it go on."""
    _do("go_on", lambda hands: hands.go_on(name))


class Drag(threading.Thread):
    """Slows a worker down from outside: it may run for a moment of each second, and is frozen for the rest."""

    def __init__(self) -> None:
        super().__init__(name="drag", daemon=True)
        self.worker = _last("slow")
        self._let_go = threading.Event()

    def run(self) -> None:
        """Until it is let go, or the worker is gone."""
        with suppress(Refused):
            while not self._let_go.is_set():
                _do("slow", lambda hands: hands.freeze(self.worker))
                self._let_go.wait(FROZEN)
                go_on(self.worker)
                self._let_go.wait(RUNNING)

    def let_go(self) -> None:
        """The worker runs as before; returns once it does."""
        self._let_go.set()
        self.join()


def slow_worker() -> Drag:
    """Slow a worker down, until it is let go."""
    drag = Drag()
    drag.start()
    return drag


def kill_worker() -> str:
    """End a worker as a power cut would; another starts. Its name, for `start_worker`."""
    name = _last("kill")
    _do("kill", lambda hands: hands.kill(name))
    return name


def start_worker(name: str) -> None:
    """Start that worker, unless that was done already."""
    _do("more", lambda hands: hands.start(name))


def one_more() -> str:
    """Start a worker more; its name, for `end`. Refused where there are six."""
    return _do("more", lambda hands: hands.more())


def end(name: str) -> None:
    """Stop that worker in good order: it finishes what it has in hand."""
    _do("fewer", lambda hands: hands.end(name))


def let_all_go_on() -> None:
    """Undo what a lab that was killed may have left frozen."""
    for name in _do("go_on", lambda hands: hands.workers()):
        go_on(name)


def _last(deed: str) -> str:
    found = _do(deed, lambda hands: hands.workers())
    if not found:
        raise Refused("no worker is running")
    return found[-1]


def _do(deed: str, work: Callable[[Hands], Found]) -> Found:
    kinds: dict[str, type[Supervisor] | type[ControlProcess]] = {"supervisor": Supervisor, "process": ControlProcess}
    try:
        if kind := kinds.get(settings.LAB_CONTROL):
            return work(kind(settings.CONTROL_SOCKET))
    except NobodyToAsk:
        pass
    raise NobodyToAsk(TYPED[deed])
