"""The control process of a run in containers, asked over the socket that it shares with the lab."""

from typing import Any

from lab.control.containers import RUNNING
from lab.control.hands import BROKER, WORKERS, NobodyToAsk, Refused
from lab.control.socket_http import ask

ONLY = 1  # the number of a service's only container


class ControlProcess:
    """The one that listens at the socket `path`; see Hands. Raises NobodyToAsk, without a command, where none does."""

    def __init__(self, path: str) -> None:
        self._path = path

    def stop_broker(self) -> None:
        self._ask("POST", f"/stop/{BROKER}/{ONLY}")

    def start_broker(self) -> None:
        self._ask("POST", f"/start/{BROKER}/{ONLY}")

    def workers(self) -> list[str]:
        states = self._ask("GET", f"/{WORKERS}")
        return [f"{WORKERS}:{number}" for number in sorted(map(int, states)) if states[str(number)] in RUNNING]

    def freeze(self, worker: str) -> None:
        self._do("pause", worker)

    def go_on(self, worker: str) -> None:
        if self._ask("GET", f"/{WORKERS}").get(_number(worker)) == "paused":
            self._do("unpause", worker)

    def kill(self, worker: str) -> None:
        self._do("kill", worker)

    def start(self, worker: str) -> None:
        self._do("start", worker)

    def more(self) -> str:
        return f"{WORKERS}:{self._ask('POST', f'/add/{WORKERS}')}"

    def end(self, worker: str) -> None:
        self._do("remove", worker)

    def _do(self, deed: str, worker: str) -> None:
        self._ask("POST", f"/{deed}/{WORKERS}/{_number(worker)}")

    def _ask(self, method: str, path: str) -> Any:
        try:
            status, said = ask(self._path, method, path)
        except (FileNotFoundError, ConnectionRefusedError) as error:
            raise NobodyToAsk from error
        except OSError as error:
            raise Refused(f"the control process does not answer: {error}") from error
        if status >= 400:
            raise Refused(said["message"] if said else f"the control process refused it ({status})")
        return said


def _number(worker: str) -> str:
    return worker.rpartition(":")[2]
