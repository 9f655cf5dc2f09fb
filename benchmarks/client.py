"""A small HTTP client that costs so little that the server is what is measured."""

import asyncio
import socket
import subprocess
import time
from collections.abc import Iterator

Request = tuple[str, str]  # method and path


async def answers_per_second(
    port: int, requests: Iterator[Request], token: str, connections: int, seconds: float
) -> float:
    """How many of `requests` were answered with 200, per second, over so many connections at once; nobody in
    particular asks without a `token`.

    Raises RuntimeError for any other answer.
    """
    until = time.perf_counter() + seconds
    counts = await asyncio.gather(*(_ask(port, requests, token, until) for _ in range(connections)))
    return sum(counts) / seconds


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    """Return once something listens there. Raises RuntimeError when the server ended."""
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if server.poll() is not None:
                raise RuntimeError(f"{server.args} ended with {server.returncode}") from None
            time.sleep(0.05)
        else:
            return


async def _ask(port: int, requests: Iterator[Request], token: str, until: float) -> int:
    answered, reader, writer = 0, None, None
    while time.perf_counter() < until:
        if reader is None or writer is None:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        method, path = next(requests)
        log_in = f"Authorization: Token {token}\r\n" if token else ""
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{log_in}Content-Length: 0\r\n\r\n"
        writer.write(head.encode())
        keep = await _read_answer(reader, path)
        answered += 1
        if not keep:
            writer.close()
            reader = writer = None
    if writer is not None:
        writer.close()
    return answered


async def _read_answer(reader: asyncio.StreamReader, path: str) -> bool:
    """Whether the connection may be used again."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if b" 200 " not in head.split(b"\r\n", 1)[0]:
        raise RuntimeError(f"{path} answered {head.decode(errors='replace')}")
    fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
    if b"content-length" in fields:
        await reader.readexactly(int(fields[b"content-length"]))
    else:
        await reader.read()
        return False
    return fields.get(b"connection") != b"close"
