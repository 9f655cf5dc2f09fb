"""A proxy in front of Postgres that knows its messages, and can lose the answer to a COMMIT."""

import socket
import socketserver
import struct
import threading
from contextlib import suppress
from pathlib import Path

COMMITTED = b"COMMIT\0"
HEADER = struct.Struct(">cI")  # kind, length


class CommitProxy(socketserver.ThreadingTCPServer):
    """Listens on 127.0.0.1 and leads to the Postgres whose socket is there.

    Each `every`-th COMMIT is done, and the connection lost before anybody is told, up to `most` times.
    """

    daemon_threads = True

    def __init__(self, postgres: Path, every: int, most: int) -> None:
        super().__init__(("127.0.0.1", 0), _Link)
        self.postgres = str(postgres)
        self.lost = 0
        self._every, self._most = every, most
        self._seen = 0
        self._lock = threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def url(self, database: str, role: str) -> str:
        """The DATABASE_URL that leads through it."""
        port = self.server_address[1]
        return f"postgres://{role}@127.0.0.1:{port}/{database}?sslmode=disable&gssencmode=disable"

    def is_to_be_lost(self) -> bool:
        """Whether the answer at hand is one of those."""
        with self._lock:
            self._seen += 1
            chosen = self._seen % self._every == 0 and self.lost < self._most
            self.lost += chosen
            return chosen

    def stop(self) -> None:
        """Take no more connections."""
        self.shutdown()
        self.server_close()


class _Link(socketserver.BaseRequestHandler):
    """One client's connection, and the server's other half of it."""

    def handle(self) -> None:
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with socket.socket(socket.AF_UNIX) as postgres, suppress(OSError):
            postgres.connect(self.server.postgres)
            threading.Thread(target=self._pass_on, args=[postgres], daemon=True).start()
            self._answer(postgres)

    def _pass_on(self, postgres: socket.socket) -> None:
        with suppress(OSError):
            while said := self.request.recv(65536):
                postgres.sendall(said)
            postgres.shutdown(socket.SHUT_WR)

    def _answer(self, postgres: socket.socket) -> None:
        with postgres.makefile("rb") as answers:
            while len(head := answers.read(HEADER.size)) == HEADER.size:
                kind, length = HEADER.unpack(head)
                rest = answers.read(length - 4)
                if kind == b"C" and rest == COMMITTED and self.server.is_to_be_lost():
                    return
                self.request.sendall(head + rest)
