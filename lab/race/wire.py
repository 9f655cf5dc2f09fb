"""Bytes as they cross the network, counted at the socket: headers, compression and all."""

import socket
from dataclasses import dataclass
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool


@dataclass
class Traffic:
    """Bytes out and in of one consumer."""

    sent: int = 0
    received: int = 0

    def __sub__(self, earlier: "Traffic") -> "Traffic":
        return Traffic(self.sent - earlier.sent, self.received - earlier.received)


def metered_session(traffic: Traffic) -> requests.Session:
    """A session for `http://` that counts into `traffic`."""

    class Socket(socket.socket):
        def sendall(self, data: Any, *flags: Any) -> None:
            traffic.sent += len(data)
            super().sendall(data, *flags)

        def recv_into(self, buffer: Any, *rest: Any) -> int:
            received = super().recv_into(buffer, *rest)
            traffic.received += received
            return received

    class Connection(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            plain = super()._new_conn()
            counting = Socket(fileno=plain.detach())
            counting.settimeout(self.timeout if isinstance(self.timeout, int | float) else None)
            return counting

    class Pool(HTTPConnectionPool):
        ConnectionCls = Connection

    adapter = HTTPAdapter()
    adapter.poolmanager.pool_classes_by_scheme = {"http": Pool}
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", adapter)
    return session
