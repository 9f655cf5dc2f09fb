"""The broker is away in one way or another."""

import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator

import pytest

from messaging import connection
from messaging.connection import Stopped, connect, reason
from messaging.publisher import Publisher
from messaging.shutdown import Stop
from messaging.tests.conftest import eventually
from messaging.topology import Topology


def test_a_server_that_takes_the_connection_and_says_nothing_is_waited_for(stop, caplog, monkeypatch):
    parameters = connection.parameters

    def impatient(url, name):
        made = parameters(url, name)
        made.socket_timeout = made.stack_timeout = 0.2
        return made

    monkeypatch.setattr(connection, "parameters", impatient)
    ended = []

    def wait(url: str) -> None:
        try:
            connect(url, "test", stop)
        except Stopped:
            ended.append("stopped")

    with socket.create_server(("127.0.0.1", 0)) as mute:
        waiting = threading.Thread(target=wait, args=(f"amqp://127.0.0.1:{mute.getsockname()[1]}/",))
        waiting.start()
        eventually(lambda: caplog.text.count("waiting for RabbitMQ at 127.0.0.1") >= 2)
        stop.set()
        waiting.join()

    assert ended == ["stopped"]


@pytest.fixture
def distrusted(tmp_path) -> Iterator[str]:
    """Where a server answers with a certificate that nobody has signed but itself."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "1",
         "-keyout", tmp_path / "key", "-out", tmp_path / "certificate"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "certificate", tmp_path / "key")
    with socket.create_server(("127.0.0.1", 0)) as plain, context.wrap_socket(plain, server_side=True) as server:

        def refuse() -> None:
            while True:
                try:
                    server.accept()
                except ssl.SSLError:
                    continue
                except OSError:
                    return

        threading.Thread(target=refuse, daemon=True).start()
        yield f"amqps://localhost:{server.getsockname()[1]}/"
        server.shutdown(socket.SHUT_RDWR)


def lost_by_a_publisher(url: str) -> str:
    """What a relay's connection says of it."""
    with pytest.raises(connection.CONNECTION_ERRORS) as raised, Publisher(url, "test", Topology()) as publisher:
        while True:
            publisher.run_once(0.1)
    return reason(raised.value)


def lost_by_a_worker(url: str) -> str:
    """What a worker's connection says of it."""
    with pytest.raises(connection.CONNECTION_ERRORS) as raised:
        connect(url, "test", Stop(), gives_up=lambda _error: True)
    return reason(raised.value)


@pytest.mark.parametrize("lost", [lost_by_a_publisher, lost_by_a_worker])
def test_both_kinds_of_connection_name_the_cause_alike(lost, broker_url, distrusted):
    wrong_password = broker_url.replace("guest:guest", "guest:wrong")

    assert [lost(url) for url in ("amqp://localhost:1/", "amqp://nowhere.invalid/", wrong_password, distrusted)] == [
        "connection refused: nothing listens there",
        "no such host: the service's name inside compose, localhost outside",
        "user, password or virtual host refused: check RABBITMQ_URL",
        "its certificate is not to be trusted: self-signed certificate",
    ]


def test_what_cannot_be_shown_stops_no_work(tmp_path, caplog):
    stop = Stop(str(tmp_path / "missing" / "alive"))

    stop.show_alive()
    stop.show_alive()

    assert caplog.text.count("cannot show that this process is alive") == 1
