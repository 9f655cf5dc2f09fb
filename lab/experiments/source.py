"""A service to poll: it keeps numbers that are posted to it, and gives all of them to whoever asks."""

import json
import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from lab.experiments.ground import Ground


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def start(ground: Ground, port: int = 0) -> str:
    """Start one; its URL. It answers when this returns."""
    port = port or free_port()
    ground.start(_serve, port)
    ground.wait(lambda: _answers(port))
    return f"http://127.0.0.1:{port}/"


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def _serve(port: int) -> None:
    numbers: list[int] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer(json.dumps(numbers).encode())

        def do_POST(self) -> None:
            numbers.append(int(self.rfile.read(int(self.headers["Content-Length"]))))
            self._answer(b"")

        def log_message(self, *_arguments: object) -> None:
            pass

        def _answer(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
