"""A monolith that answers polls, and can be made to answer them badly."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests

EMPTY = {"/api/conferences/": b'{"conferences": []}'}
NOTHING_CHANGED = b'{"changes": [], "cursor": "0", "more": false}'


class Source(ThreadingHTTPServer):
    """In front of the monolith at `url`, which gives the answers for as long as the `mood` is `well`.

    `500` and `slow` say so, or nothing; `empty` knows no conference; `stale` says the first thing it ever said.
    """

    daemon_threads = True

    def __init__(self, url: str) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.monolith = url
        self.mood = "well"
        self.bad_answers = 0
        self.first: dict[str, tuple[int, bytes]] = {}
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def stop(self) -> None:
        """Refuse connections."""
        self.shutdown()
        self.server_close()


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        page = self.path.partition("?")[0]
        self.server.bad_answers += self.server.mood != "well"
        match self.server.mood:
            case "500":
                self._say(500, b"out of order")
            case "slow":
                time.sleep(12)  # longer than a poller waits
            case "empty":
                self._say(200, EMPTY.get(page, NOTHING_CHANGED))
            case "stale" if page in self.server.first:
                self._say(*self.server.first[page])
            case _:
                self._forward(page)

    def _forward(self, page: str) -> None:
        answer = requests.get(self.server.monolith + self.path, timeout=10)
        self.server.first.setdefault(page, (answer.status_code, answer.content))
        self._say(answer.status_code, answer.content)

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""
