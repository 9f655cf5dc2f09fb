"""The broker is away in one way or another."""

import socket
import threading

from messaging import connection
from messaging.connection import Stopped, connect
from messaging.tests.conftest import eventually


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
