"""A mail server that does as little as one can: it takes every letter, and notes when."""

import asyncio
import json
import sys
import time

ANSWERS = {b"EHLO": b"250-sink\r\n250 PIPELINING\r\n", b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}
taken: list[float] = []


class Sink(asyncio.Protocol):
    """One session. Commands may come several at a time."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._rest, self._in_letter = transport, b"", False
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer all that is whole."""
        self._rest += data
        while self._in_letter or b"\r\n" in self._rest:
            if self._in_letter:
                _, end, rest = self._rest.partition(b"\r\n.\r\n")
                if not end:
                    return
                taken.append(time.perf_counter())
                self._in_letter, self._rest = False, rest
                self._transport.write(b"250 taken\r\n")
            else:
                line, _, self._rest = self._rest.partition(b"\r\n")
                self._answer(line[:4].upper())

    def _answer(self, verb: bytes) -> None:
        self._in_letter = verb == b"DATA"
        self._transport.write(ANSWERS.get(verb, b"250 yes\r\n"))
        if verb == b"QUIT":
            self._transport.close()


async def main() -> None:
    """Listen on the port that argv says; at each line of input, tell how many a second came since the one before."""
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", int(sys.argv[1]))
    print("ready", flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        rate = (len(taken) - 1) / (taken[-1] - taken[0]) if len(taken) > 1 else 0.0
        print(json.dumps({"taken": len(taken), "rate": rate}), flush=True)
    server.close()


asyncio.run(main())
