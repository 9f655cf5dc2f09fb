"""Connections that promise a body and send none keep nobody else waiting."""

import socket
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
import requests

from tests.fuzz.service import running

HEAD = "POST /api/token/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module", params=["monolith", "attendees_microservice"])
def service(request):
    with running(request.param) as service:
        yield service


def connection(service):
    where = urlsplit(service.url)
    return socket.create_connection((where.hostname, where.port), timeout=90)


def answer(connection) -> tuple[int, bytes]:
    """The status, and all that came after the head."""
    with connection.makefile("rb") as file:
        content = file.read()
    head, _, body = content.partition(b"\r\n\r\n")
    return int(head.split(b" ")[1]), body


def test_fifty_connections_that_send_no_body_keep_nobody_waiting(service):
    with ExitStack() as held:
        for number in range(50):
            slow = held.enter_context(connection(service))
            slow.sendall(f"{HEAD}Content-Length: 1000\r\n\r\n{'{' if number % 2 else ''}".encode())

        statuses = [requests.get(f"{service.url}/api/health/", timeout=20).status_code for _ in range(20)]

    assert statuses == [200] * 20


def test_a_body_that_does_not_come_is_given_up(service):
    with connection(service) as slow:
        slow.sendall(f"{HEAD}Content-Length: 1000\r\n\r\n".encode())

        status, body = answer(slow)

    assert (status, b"too_slow" in body) == (408, True)


def test_a_body_in_pieces_is_read(service):
    with connection(service) as pieces:
        pieces.sendall(f"{HEAD}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nnever\r\n0\r\n\r\n".encode())

        status, body = answer(pieces)

    if service.name == "monolith":  # the other has nothing there
        assert (status, b"JSON parse error" in body) == (400, True)
    else:
        assert status == 404


def test_a_body_in_pieces_has_a_limit_as_well(service):
    with connection(service) as pieces:
        pieces.sendall(f"{HEAD}Transfer-Encoding: chunked\r\n\r\n".encode())
        piece = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
        for _ in range(17):
            pieces.sendall(piece)

        status, body = answer(pieces)

    assert (status, b"too_large" in body) == (413, True)
