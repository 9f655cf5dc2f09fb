"""What granian calls (its interface RSGI): a request is read whole, within a time and a size, before a thread works
for it. Whoever promises a body and sends none keeps a connection busy, and nobody else waiting."""

import asyncio
import logging
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any, NamedTuple

from django.conf import settings

from web.errors import RETRY_AFTER, json_error

log = logging.getLogger(__name__)
BODY_SECONDS = 30.0  # from the head of a request to the end of its body
HELD_BYTES = 64 * 1024 * 1024  # of all bodies that are being read or worked for, in one process

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class Answer(NamedTuple):
    """What goes out."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class Unread(Exception):
    """The body was not read to its end."""

    def __init__(self, status: int, code: str, message: str, wait: int | None = None) -> None:
        super().__init__(message)
        response = json_error(status, message, code, wait)
        headers = [*response.items(), ("Connection", "close")]  # what is left of the body is no next request
        self.answer = Answer(status, headers, response.content)


class Server:
    """Serves a WSGI application, one request at a time: see docs/decisions/0007-granian.md."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="django")
        self._held = 0

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answer one request."""
        body = bytearray()
        try:
            await asyncio.wait_for(self._read(protocol, body), BODY_SECONDS)
            loop = asyncio.get_running_loop()
            answer = await loop.run_in_executor(self._thread, answer_of, self._application, scope, bytes(body))
        except TimeoutError:
            answer = Unread(408, "too_slow", f"The body did not come within {BODY_SECONDS:.0f} seconds.").answer
        except Unread as refused:
            answer = refused.answer
        finally:
            self._held -= len(body)
        protocol.response_bytes(*answer)

    async def _read(self, protocol: Any, body: bytearray) -> None:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        async for part in protocol:
            self._held += len(part)
            body += part
            if len(body) > limit:
                raise Unread(413, "too_large", f"The body has more than {limit} bytes; no more are read.")
            if self._held > HELD_BYTES:
                raise Unread(503, "busy", "Too many bodies are being read; try again shortly.", RETRY_AFTER)


def answer_of(application: Application, scope: Any, body: bytes) -> Answer:
    """What the application answers; 500 for what it lets pass, which the log tells."""
    started: list[Any] = []
    try:
        parts = application(environ_of(scope, body), lambda status, headers, _=None: started.extend((status, headers)))
        try:
            content = b"".join(parts)
        finally:
            close = getattr(parts, "close", None)
            if close:
                close()
    except Exception:
        log.exception("%s %s failed", scope.method, scope.path)
        response = json_error(500, "Something failed here that should not; the log says what.", "error")
        return Answer(500, list(response.items()), response.content)
    return Answer(int(started[0].split(" ", 1)[0]), started[1], content)


def environ_of(scope: Any, body: bytes) -> Environ:
    """The request as PEP 3333 has it. A body that came in pieces has a length as well."""
    host, _, port = scope.server.rpartition(":")
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if scope.authority:
        environ["HTTP_HOST"] = scope.authority
    for name, value in scope.headers.items():
        if "_" in name or name == "transfer-encoding":  # x_forwarded_for would pass for X-Forwarded-For
            continue
        key = "CONTENT_TYPE" if name == "content-type" else f"HTTP_{name.upper().replace('-', '_')}"
        between = "; " if name == "cookie" else ","
        environ[key] = f"{environ[key]}{between}{value}" if key in environ else value
    environ.pop("HTTP_CONTENT_LENGTH", None)
    return environ | {"CONTENT_LENGTH": str(len(body))}
