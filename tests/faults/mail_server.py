"""A mail server that follows a script."""

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from native.rabbitmq import free_port

CLOSE = "close"  # the connection, instead of answering
HANG = "hang"  # neither answer nor close
DRIP = "drip"  # the usual answer, after a line that comes a byte a second


class First:
    """Gives `answer` the first time each of the first `number` recipients comes."""

    def __init__(self, answer: str, number: int, every_time: bool = False) -> None:
        self.answer, self.number, self.every_time = answer, number, every_time
        self.seen: set[str] = set()

    def __call__(self, recipient: str) -> str | None:
        is_new = recipient not in self.seen
        if is_new and len(self.seen) == self.number:
            return None
        self.seen.add(recipient)
        return self.answer if is_new or self.every_time else None


class EachFourth:
    """Gives `answer` at the fourth call, the eighth, and so on, `number` times in all; never twice for a recipient."""

    def __init__(self, answer: str, number: int) -> None:
        self.answer, self.number, self.calls = answer, number, 0
        self.had: set[str] = set()

    def __call__(self, recipient: str) -> str | None:
        if recipient and recipient in self.had:  # at MAIL nobody knows it yet
            return None
        self.calls += 1
        if self.calls % 4 or self.calls > 4 * self.number:
            return None
        self.had.add(recipient)
        return self.answer


@dataclass(frozen=True)
class Letter:
    """A letter that was taken."""

    message_id: str
    recipient: str
    worker: str
    at: float  # time.monotonic()


@dataclass
class Script:
    """What the server says instead of its usual answer, by verb: CONNECT, EHLO, AUTH, MAIL, RCPT, DATA, NOOP, QUIT.
    DATA is the answer to the letter; CLOSE is possible at READY (before its 354), CONTENT and TAKEN besides.

    A value is an answer, CLOSE, HANG, DRIP, or a function of the recipient that gives one of these or None.
    `close_after_taking` counts letters that are taken and then not answered for.
    """

    instead: dict[str, str | Callable[[str], str | None]] = field(default_factory=dict)
    close_after_taking: int = 0
    seconds_per_letter: float = 0.0
    pipelines: bool = True  # whether it says that it takes commands together
    played: dict[str, int] = field(default_factory=dict)
    letters: list[Letter] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)  # message ids that were taken without a 250

    def play(self, verb: str, recipient: str = "") -> str | None:
        """The answer to give instead of the usual one, counted; None for the usual one."""
        answer = self.instead.get(verb)
        answer = answer(recipient) if callable(answer) else answer
        if answer is not None:
            self.played[verb] = self.played.get(verb, 0) + 1
        return answer


class _Session(SMTP):
    """aiosmtpd's, following the script from the first moment, and never saying more than it should."""

    async def _handle_client(self) -> None:
        answer = self.event_handler.script.play("CONNECT")
        if answer == HANG:
            await asyncio.sleep(3600)
        if answer == CLOSE:
            self.transport.abort()
        elif answer is not None:
            await self.push(answer)
            self.transport.close()
        else:
            await super()._handle_client()

    async def push(self, status: str | bytes) -> None:
        script = self.event_handler.script
        if not str(status).startswith("354"):
            await super().push(status)
        elif script.play("READY") == CLOSE:
            self.transport.abort()
        else:
            await super().push(status)
            if script.play("CONTENT") == CLOSE:
                self.transport.abort()


class _Handler:
    def __init__(self, script: Script) -> None:
        self.script = script

    async def handle_EHLO(self, server, session, _envelope, hostname, usual):  # noqa: N802 - aiosmtpd's names
        session.host_name = hostname
        answer = await self._answer("EHLO", server)
        return [answer] if answer else [*usual[:-1], "250-PIPELINING", usual[-1]] if self.script.pipelines else usual

    async def handle_NOOP(self, server, _session, _envelope, _argument):  # noqa: N802
        return await self._answer("NOOP", server) or "250 OK"

    async def handle_QUIT(self, server, _session, _envelope):  # noqa: N802
        return await self._answer("QUIT", server) or "221 Bye"

    async def handle_MAIL(self, server, _session, envelope, address, _options):  # noqa: N802
        envelope.mail_from = address
        return await self._answer("MAIL", server) or "250 OK"

    async def handle_RCPT(self, server, _session, envelope, address, _options):  # noqa: N802
        answer = await self._answer("RCPT", server, address)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802
        await asyncio.sleep(self.script.seconds_per_letter)
        answer = await self._answer("DATA", server, envelope.rcpt_tos[0])
        if answer is not None:
            return answer
        letter = message_from_bytes(envelope.content)
        message_id = letter["Message-ID"].strip("<>").split("@")[0]
        self.script.letters.append(Letter(message_id, envelope.rcpt_tos[0], letter["X-Worker"], time.monotonic()))
        if self.script.close_after_taking or self.script.play("TAKEN") == CLOSE:
            self.script.close_after_taking = max(0, self.script.close_after_taking - 1)
            self.script.unanswered.append(message_id)
            server.transport.abort()
        return "250 taken"

    async def _answer(self, verb: str, server: SMTP, recipient: str = "") -> str | None:
        answer = self.script.play(verb, recipient)
        if answer == HANG:
            await asyncio.sleep(3600)
        if answer == CLOSE:
            server.transport.abort()
            return "421 nobody hears this"
        if answer == DRIP:
            for each in b"250-well\r\n":
                server.transport.write(bytes([each]))
                await asyncio.sleep(1)
            return None
        return answer


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _Session(self.handler, **self.SMTP_kwargs)


class MailServer:
    """The server at `host` and `port`; it can be away."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.host, self.port = host, free_port()
        self.script = Script()
        self._controller: _Controller | None = None
        self._lock = threading.Lock()

    def start(self) -> None:
        """Take connections."""
        self._controller = _Controller(
            _Handler(self.script),
            hostname=self.host,
            port=self.port,
            authenticator=lambda *_: AuthResult(success=self.script.play("AUTH") is None),
            auth_require_tls=False,
        )
        self._controller.start()

    def stop(self) -> None:
        """Refuse connections."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def behave(self) -> None:
        """Back to the usual answers; what was taken stays."""
        self.script.instead.clear()
        self.script.close_after_taking = 0
        self.script.seconds_per_letter = 0.0
        self.script.pipelines = True

    def forget(self) -> None:
        """Back to the usual answers, and nothing was ever taken."""
        self.behave()
        for kept in (self.script.letters, self.script.unanswered, self.script.played):
            kept.clear()
