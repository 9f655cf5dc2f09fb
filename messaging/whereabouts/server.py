"""Answers where a message is, for a service without pages: http://…:port/whereabouts/?message=… or ?subject=…"""

import json
import logging
import threading
from collections.abc import Callable, Iterable
from hmac import compare_digest
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.core.serializers.json import DjangoJSONEncoder
from django.db import Error

from messaging.database import connection
from messaging.whereabouts import Question, read_question

log = logging.getLogger(__name__)

Facts = Callable[[Question], dict[str, Any]]


def serve(host: str, port: int, token: str, facts: Facts) -> None:
    """Answer there what `facts` says, on threads of its own, to who sends `Authorization: Service <token>`; not at
    all if `port` is 0. A port that is taken is another process of ours: that one answers."""
    if not port:
        return
    try:
        server = make_server(host, port, Application(token, facts), _Server, _Quiet)
    except OSError as error:
        log.warning("whereabouts are not told at port %d: %s", port, error)
        return
    threading.Thread(target=server.serve_forever, name="whereabouts", daemon=True).start()


class Application:
    """The WSGI application. Answers 200, 400 for a question it cannot read, 401, 404, or 503 without the database."""

    def __init__(self, token: str, facts: Facts) -> None:
        self._authorization = f"Service {token}".encode()
        self._facts = facts

    def __call__(self, env: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        status, answer = self._answer(env)
        start(status, [("Content-Type", "application/json")])
        return [json.dumps(answer, cls=DjangoJSONEncoder).encode()]

    def _answer(self, env: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        if env["PATH_INFO"].rstrip("/") != "/whereabouts":
            return "404 Not Found", {"message": "There is /whereabouts/ only."}
        if not compare_digest(env.get("HTTP_AUTHORIZATION", "").encode(), self._authorization):
            return "401 Unauthorized", {"message": "Send `Authorization: Service <SERVICE_TOKEN>`."}
        try:
            return "200 OK", self._facts(read_question(parse_qs(env.get("QUERY_STRING", ""))))
        except ValueError as error:
            return "400 Bad Request", {"message": f"message: {error}"}
        except Error:
            return "503 Service Unavailable", {"message": "The database is away; try again shortly."}


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """The thread ends with its answer, and its connection with it."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            connection.close()


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Who asks where a message is, is no news."""
