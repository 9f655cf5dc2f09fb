"""Processes that an experiment starts, and may kill."""

import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

FORK = multiprocessing.get_context("fork")  # starts in milliseconds, and shares the memory of what is imported


class Processes:
    """Those of one experiment."""

    def __init__(self) -> None:
        self._running: list[Any] = []

    def start(self, work: Callable[..., object], *arguments: Any) -> Any:
        """A process that does `work`; it ends with us, however we end."""
        process = FORK.Process(target=_child, args=(os.getpid(), work, arguments), daemon=True)
        process.start()
        self._running.append(process)
        return process

    def kill(self, process: Any) -> None:
        """End it at once, as `kill -9` does, whatever it has in hand."""
        process.kill()
        process.join()
        self._running.remove(process)

    def kill_all(self) -> None:
        """End what is left, who asks before who is asked."""
        for process in reversed(list(self._running)):
            self.kill(process)


def _child(parent: int, work: Callable[..., object], arguments: tuple[Any, ...]) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    try:
        work(*arguments)
    except Exception as error:  # noqa: BLE001 - programs of the course end by what they do not catch
        print(f"{work.__name__} ended: {type(error).__name__}: {error}"[:300], file=sys.stderr)  # noqa: T201
        os._exit(1)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.2)
    os._exit(1)


class Cable:
    """A way to the broker that can be cut: a process that passes on what comes to a port of its own."""

    def __init__(self, processes: Processes, url: str) -> None:
        there = urlsplit(url)
        self._target = (there.hostname or "localhost", there.port or 5672)
        self._processes = processes
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port: int = free.getsockname()[1]
        host = f"127.0.0.1:{self._port}"
        self.url = there._replace(netloc=f"{there.netloc.rpartition('@')[0]}@{host}").geturl()
        self._process: Any = None
        self.join()

    def cut(self) -> None:
        """Every connection ends at once, and no new one is made."""
        self._processes.kill(self._process)

    def join(self) -> None:
        """Connections can be made again; returns when they can."""
        self._process = self._processes.start(_pass_on, self._port, self._target)
        while True:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self._port), 1):
                return
            time.sleep(0.02)


def _pass_on(port: int, target: tuple[str, int]) -> None:
    with socket.create_server(("127.0.0.1", port)) as server:
        while True:
            near, _ = server.accept()
            try:
                far = socket.create_connection(target, 5)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=_pump, args=(source, sink), daemon=True).start()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    for each in (source, sink):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        each.close()
