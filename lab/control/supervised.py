"""Supervisor, which looks after the processes of a native run."""

import threading
import time
from typing import Any
from xmlrpc.client import Fault, ServerProxy

from lab.control.hands import BROKER, SLOTS, WORKERS, Refused

STOPS_WITHIN = 90  # seconds
RUNS = {"RUNNING", "STARTING"}


class Supervisor:
    """The one that listens at the socket `path`; see Hands."""

    def __init__(self, path: str) -> None:
        self._path = path

    def stop_broker(self) -> None:
        self._call("stopProcess", BROKER, False)

    def start_broker(self) -> None:
        if self._state(BROKER) == "STOPPING":
            threading.Thread(target=self._start_when_stopped, daemon=True).start()
        else:
            self.start(BROKER)

    def workers(self) -> list[str]:
        return sorted(
            f"{each['group']}:{each['name']}"
            for each in self._call("getAllProcessInfo")
            if each["group"] == WORKERS and each["statename"] in RUNS
        )

    def freeze(self, worker: str) -> None:
        self._call("signalProcess", worker, "STOP")

    def go_on(self, worker: str) -> None:
        self._call("signalProcess", worker, "CONT")

    def kill(self, worker: str) -> None:
        self._call("signalProcess", worker, "KILL")

    def start(self, worker: str) -> None:
        from supervisor.xmlrpc import Faults

        try:
            self._call("startProcess", worker, False)
        except Refused as refused:  # what ended by itself, supervisor starts by itself: before us, or while we look
            if not isinstance(refused.__cause__, Fault) or refused.__cause__.faultCode != Faults.ALREADY_STARTED:
                raise

    def more(self) -> str:
        running = self.workers()
        free = [f"{WORKERS}:{slot}" for slot in range(SLOTS) if f"{WORKERS}:{slot}" not in running]
        if not free:
            raise Refused(f"there are {SLOTS} workers already")
        self._call("startProcess", free[0], False)
        return free[0]

    def end(self, worker: str) -> None:
        self._call("stopProcess", worker, False)

    def _state(self, name: str) -> str:
        return str(self._call("getProcessInfo", name)["statename"])

    def _start_when_stopped(self) -> None:
        deadline = time.monotonic() + STOPS_WITHIN
        while self._state(BROKER) == "STOPPING" and time.monotonic() < deadline:
            time.sleep(0.2)
        self.start_broker()

    def _call(self, method: str, *arguments: Any) -> Any:
        from supervisor.xmlrpc import SupervisorTransport  # not installed in a container

        transport = SupervisorTransport(None, None, f"unix://{self._path}")
        with ServerProxy("http://127.0.0.1", transport=transport) as proxy:
            try:
                return getattr(proxy.supervisor, method)(*arguments)
            except Fault as fault:
                raise Refused(f"supervisor says {fault.faultString}") from fault
            except OSError as error:
                raise Refused(f"supervisor does not answer: {error}") from error
