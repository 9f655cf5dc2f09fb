"""The broker's limit: identical frames, encoded beforehand, in a window of unconfirmed ones. No rows, no client."""

import json
import os
import socket
import struct
import sys
import time

import pika
from pika import frame, spec

QUEUE, WINDOW, BODY = "limit", 500, b"x" * 300


def main() -> None:
    """Send as many as argv says; say how many a second were confirmed."""
    number = int(sys.argv[1])
    parameters = pika.URLParameters(os.environ["RABBITMQ_URL"])
    with pika.BlockingConnection(parameters) as declaring:
        declaring.channel().queue_declare(QUEUE, durable=True, arguments={"x-queue-type": "quorum"})
    wire = socket.create_connection((parameters.host, parameters.port))
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    _open(wire, parameters.virtual_host)
    one = _message()
    print("ready")
    sys.stdin.readline()
    started = time.perf_counter()
    _send(wire, one, number)
    print(json.dumps({"rate": number / (time.perf_counter() - started)}))


def _message() -> bytes:
    properties = spec.BasicProperties(delivery_mode=2)
    return b"".join(
        each.marshal()
        for each in (
            frame.Method(1, spec.Basic.Publish(exchange="", routing_key=QUEUE, mandatory=True)),
            frame.Header(1, len(BODY), properties),
            frame.Body(1, BODY),
        )
    )


def _open(wire: socket.socket, vhost: str) -> None:
    """What a client says before it may publish with confirms."""
    wire.sendall(b"AMQP\x00\x00\x09\x01")
    for method in (
        spec.Connection.StartOk(client_properties={}, mechanism="PLAIN", response="\0guest\0guest", locale="en_US"),
        spec.Connection.TuneOk(channel_max=10, frame_max=131072, heartbeat=0),
        spec.Connection.Open(virtual_host=vhost),
        spec.Channel.Open(),
        spec.Confirm.Select(),
    ):
        if not isinstance(method, spec.Connection.Open):
            _receive(wire)
        channel = int(isinstance(method, spec.Channel.Open | spec.Confirm.Select))
        wire.sendall(frame.Method(channel, method).marshal())
    _receive(wire)


def _receive(wire: socket.socket) -> bytes:
    _, _, length = struct.unpack(">BHI", _exactly(wire, 7))
    return _exactly(wire, length + 1)


def _exactly(wire: socket.socket, number: int) -> bytes:
    data = b""
    while len(data) < number:
        data += wire.recv(number - len(data))
    return data


def _send(wire: socket.socket, one: bytes, number: int) -> None:
    """Acknowledgements are frames of 21 bytes; the last one's tag says how many messages are confirmed, if in order."""
    sent = confirmed = 0
    rest = b""
    while confirmed < number:
        if room := min(WINDOW - (sent - confirmed), number - sent):
            wire.sendall(one * room)
            sent += room
        rest += wire.recv(65536)
        whole = len(rest) // 21 * 21
        for at in range(0, whole, 21):
            tag, multiple = struct.unpack(">QB", rest[at + 11 : at + 20])
            confirmed = tag if multiple else confirmed + 1
        rest = rest[whole:]


main()
