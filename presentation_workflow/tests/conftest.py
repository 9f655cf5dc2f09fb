"""A mail server that follows a script."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message as Email

import pytest
from aiosmtpd.controller import Controller


@dataclass
class Script:
    """What the server answers, and what it has taken. None closes the connection instead of answering."""

    to_recipient: str = "250 OK"
    to_letter: list[str | None] = field(default_factory=list)  # one per letter; then 250
    after_taking: bool = False  # close the connection after the letter was taken
    taken: list[Email] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)  # of each of these, as the server was told them
    sessions: int = 0
    pipelines: bool = True  # whether it says that it takes commands together
    came_together: list[bool] = field(default_factory=list)  # of each letter, whether its commands did
    on_taken: Callable[[], object] = lambda: None

    async def handle_EHLO(self, _server, session, _envelope, hostname, usual):  # noqa: N802 - aiosmtpd's names
        self.sessions += 1
        session.host_name = hostname
        return [*usual[:-1], "250-PIPELINING", usual[-1]] if self.pipelines else usual

    async def handle_MAIL(self, server, _session, envelope, address, _options):  # noqa: N802
        envelope.mail_from = address
        self.came_together.append(server._reader._buffer.lower().endswith(b"data\r\n"))
        return "250 OK"

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802
        answer = self.to_letter.pop(0) if self.to_letter else "250 taken"
        if answer is None and not self.after_taking:
            server.transport.abort()
            return "451 nobody hears this"
        if answer is None or answer.startswith("250"):
            self.taken.append(message_from_bytes(envelope.content))
            self.recipients.append(envelope.rcpt_tos)
            await asyncio.to_thread(self.on_taken)
        if answer is None:
            server.transport.abort()
        return answer or "250 nobody hears this"


@pytest.fixture
def mail_server(settings) -> Iterator[Script]:
    from presentation_mailer import smtp

    script = Script()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(script, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "presentation_mailer.smtp.Backend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    smtp._refused.clear()
    yield script
    smtp.hang_up()
    controller.stop()
