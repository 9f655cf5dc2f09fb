"""The control process: `python -m lab.control SOCKET ENGINE` listens at the file SOCKET, and acts by the engine's.

    GET  /SERVICE                 its containers and their states
    POST /DEED/SERVICE/NUMBER     does it: 204; only what is in DEEDS, everything else is 404
    POST /add/SERVICE             a container more: its number

Whoever has the file SOCKET may press; that is the lab's volume. There is no other way in: give it no network.
"""

import argparse
import json
import logging
import re
import socketserver
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from lab.control.containers import Containers
from lab.control.hands import BROKER, WORKERS, Refused

log = logging.getLogger("lab.control")
DEEDS = {
    BROKER: {"stop", "start"},
    WORKERS: {"pause", "unpause", "kill", "start", "remove"},
}
ADDS = {WORKERS}
PATH = re.compile(r"/(?P<deed>[a-z]+)/(?P<service>[a-z_]+)(?:/(?P<number>[0-9]{1,3}))?")


class Server(socketserver.ThreadingUnixStreamServer):
    """Listens at the file; what takes long is done after the answer, one thing after the other."""

    daemon_threads = True

    def __init__(self, file: Path, containers: Containers) -> None:
        file.unlink(missing_ok=True)
        super().__init__(str(file), Handler)
        file.chmod(0o666)  # the lab is another user; the folder is a volume that nobody else has
        self.containers = containers
        self.slowly = ThreadPoolExecutor(1)

    def later(self, work: Callable[[], None]) -> None:
        """Do it after what was asked for before."""

        def do() -> None:
            try:
                work()
            except (Refused, OSError) as error:
                log.warning("not done: %s", error)

        self.slowly.submit(do)


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Server
    protocol_version = "HTTP/1.0"

    def do_GET(self) -> None:
        service = self.path.removeprefix("/")
        if service not in DEEDS:
            self._answer(404)
        else:
            self._try(lambda: self.server.containers.states(service))

    def do_POST(self) -> None:
        asked = PATH.fullmatch(self.path)
        deed, service, number = asked.groups() if asked else ("", "", None)
        containers = self.server.containers
        log.info("%s %s %s", deed, service, number or "")
        if deed == "add" and service in ADDS and number is None:
            self._try(lambda: containers.add(service))
        elif number is None or deed not in DEEDS.get(service, ()):
            self._answer(404)
        elif deed in ("pause", "unpause"):
            self._try(lambda: containers.do(deed, service, int(number)))
        else:
            self.server.later(self._work(deed, service, int(number)))
            self._answer(204)

    def _work(self, deed: str, service: str, number: int) -> Callable[[], None]:
        containers = self.server.containers

        def kill() -> None:
            containers.do("kill", service, number)
            containers.do("start", service, number)

        if deed == "kill":
            return kill
        if deed == "remove":
            return lambda: containers.remove(service, number)
        return lambda: containers.do(deed, service, number)

    def _try(self, work: Callable[[], Any]) -> None:
        try:
            said = work()
        except (Refused, OSError) as error:
            self._answer(409, {"message": str(error)})
        else:
            self._answer(204) if said is None else self._answer(200, said)

    def _answer(self, status: int, said: Any = None) -> None:
        body = b"" if said is None else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def address_string(self) -> str:
        return "the lab"

    def log_message(self, *_: object) -> None:
        """What was asked for is logged in words."""


def main() -> None:
    """Serve until it is stopped."""
    parser = argparse.ArgumentParser(prog="lab.control", description=__doc__.splitlines()[0])
    parser.add_argument("socket", type=Path)
    parser.add_argument("engine", nargs="?", default="/var/run/docker.sock")
    asked = parser.parse_args()
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    with Server(asked.socket, Containers(asked.engine)) as server:
        server.serve_forever()


if __name__ == "__main__":
    main()
