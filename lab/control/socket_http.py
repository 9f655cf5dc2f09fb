"""HTTP over a Unix socket, of which only those know who have its file."""

import json
import socket
from http.client import HTTPConnection
from typing import Any

TIMEOUT = 20.0  # seconds


class SocketConnection(HTTPConnection):
    """A connection to whoever listens at the file `path`."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=TIMEOUT)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def ask(path: str, method: str, address: str, body: Any = None) -> tuple[int, Any]:
    """The status and the JSON of the answer; None for an empty one. Raises OSError where nobody listens."""
    connection = SocketConnection(path)
    try:
        headers = {"Content-Type": "application/json"} if body is not None else {}
        connection.request(method, address, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text.strip() else None
    finally:
        connection.close()
