"""A TCP proxy that knows AMQP's frames, and can lose, cut or swallow a chosen one."""

import asyncio
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum

METHOD, BODY = 1, 3  # kinds of frames
BASIC_PUBLISH, BASIC_ACK = (60, 40), (60, 80)  # class and method
HEADER = struct.Struct(">BHI")


class Action(Enum):
    """What becomes of a frame."""

    DROP = "dropped"
    CUT = "cut before it"
    CUT_HALF = "cut in the middle of it"
    SWALLOW = "it and everything after it swallowed, with the connection left open"


@dataclass(frozen=True)
class Frame:
    """One AMQP frame, and which side sent it."""

    from_broker: bool
    kind: int
    raw: bytes

    @property
    def method(self) -> tuple[int, ...] | None:
        """Class and method of a method frame."""
        return struct.unpack(">HH", self.raw[7:11]) if self.kind == METHOD else None


@dataclass
class Trap:
    """Springs on the `number`-th matching frame, and on the `times` - 1 after it."""

    matches: Callable[[Frame], bool]
    action: Action
    number: int = 1
    times: int = 1
    seen: int = 0
    sprung: int = 0

    def try_on(self, frame: Frame) -> Action | None:
        """What is to be done with the frame, if anything."""
        if not self.matches(frame):
            return None
        self.seen += 1
        if self.seen < self.number or self.sprung >= self.times:
            return None
        self.sprung += 1
        return self.action


def confirm(frame: Frame) -> bool:
    """A broker's word that messages are safe."""
    return frame.from_broker and frame.method == BASIC_ACK


def published_body(frame: Frame) -> bool:
    """The body of a message on its way to the broker."""
    return not frame.from_broker and frame.kind == BODY


class Proxy:
    """Listens on 127.0.0.1:`port`, on a thread of its own, and leads to the first of the `targets` that answers:
    ports of brokers."""

    def __init__(self, *targets: int) -> None:
        self._targets = targets
        self._traps: list[Trap] = []
        self._links: set[_Link] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(5)
        self.port = self._server.sockets[0].getsockname()[1]

    def set_trap(self, matches: Callable[[Frame], bool], action: Action, number: int = 1, times: int = 1) -> Trap:
        """Have `action` done to matching frames; the trap counts."""
        trap = Trap(matches, action, number, times)
        self._traps.append(trap)
        return trap

    def swallow_everything(self) -> int:
        """From now on nothing passes on the connections that are open; their number. New ones are well."""
        for link in list(self._links):
            link.swallowing = True
        return len(self._links)

    def stop(self) -> None:
        """Cut every connection and end."""
        self._loop.call_soon_threadsafe(self._close)
        self._thread.join(5)

    def _close(self) -> None:
        self._server.close()
        for link in list(self._links):
            link.cut()
        self._loop.call_later(0.1, self._loop.stop)

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._serve, "127.0.0.1", 0)

    async def _reach(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        for target in self._targets:
            with suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", target)
        return None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to_broker = await self._reach()
        if to_broker is None:
            writer.transport.abort()
            return
        link = _Link((reader, writer), to_broker, self._traps)
        self._links.add(link)
        try:
            await link.run()
        finally:
            self._links.discard(link)


class _Link:
    """One client's connection, and the broker's other half of it."""

    def __init__(self, client: tuple, broker: tuple, traps: list[Trap]) -> None:
        self._from_client, self._to_client = client
        self._from_broker, self._to_broker = broker
        self._traps = traps
        self.swallowing = False

    async def run(self) -> None:
        """Until either side closes."""
        try:
            self._to_broker.write(await self._from_client.readexactly(8))  # AMQP's protocol header
            pumps = [
                asyncio.create_task(self._pump(self._from_client, self._to_broker, from_broker=False)),
                asyncio.create_task(self._pump(self._from_broker, self._to_client, from_broker=True)),
            ]
            _, pending = await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            for pump in pending:
                pump.cancel()
        except (OSError, asyncio.IncompleteReadError):
            pass
        self.cut()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, from_broker: bool) -> None:
        try:
            while True:
                head = await reader.readexactly(HEADER.size)
                kind, _, size = HEADER.unpack(head)
                frame = Frame(from_broker, kind, head + await reader.readexactly(size + 1))
                action = next(filter(None, (trap.try_on(frame) for trap in self._traps)), None)
                if action in (Action.CUT, Action.CUT_HALF):
                    writer.write(frame.raw[: len(frame.raw) // 2] if action is Action.CUT_HALF else b"")
                    await writer.drain()
                    return
                self.swallowing |= action is Action.SWALLOW
                if action is None and not self.swallowing:
                    writer.write(frame.raw)
                    await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            if self.swallowing:
                await asyncio.sleep(3600)  # that one side gave up is not passed on either

    def cut(self) -> None:
        """Close both halves; the other sides see a reset."""
        for writer in (self._to_client, self._to_broker):
            if (raw := writer.get_extra_info("socket")) and raw.fileno() >= 0:
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
