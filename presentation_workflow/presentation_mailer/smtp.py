"""The mail server: one connection kept open, and what each of its answers means for a letter."""

import re
import smtplib
from collections.abc import Sequence
from io import BufferedReader
from socket import SocketIO
from time import monotonic
from typing import Any

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend
from prometheus_client import Counter

import telemetry
from messaging import tracing
from messaging.errors import NotYet, Outage, Permanent
from presentation_mailer.encoding import as_bytes

UNANSWERED = Counter("letters_unanswered_total", "letters of which nobody can know whether they went out")
AMBIGUOUS = Counter("letters_ambiguous_total", "tries that found a letter handed over and unanswered", ["policy"])

SEVERAL = 3  # recipients: where none of so many in a row is taken, it is the server that takes nobody's letter
TOLD = 2000  # characters of a letter that the lab is shown
PERIODS = re.compile(rb"(?m)^\.")  # what begins a line with one has it doubled (RFC 5321, 4.5.2)
TAKES_NONE = "mail server: "  # begins what befalls every letter alike
AT_REST = 2.0  # seconds after which a kept connection is asked whether it still works, before a letter is risked


class Unanswered(Outage):
    """The connection was lost after the letter was handed over and before the server answered."""


class RefusedForNow(Exception):
    """The server will not take this letter now, but may later (a 4xx answer)."""


class _Ear(SocketIO):
    """Listens until `deadline`. A socket's own timeout begins anew with each byte: a server that answers in drips
    would hold a worker for as long as it likes."""

    deadline = 0.0

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(max(0.001, self.deadline - monotonic()))
        return super().readinto(buffer)


class _Session(smtplib.SMTP):
    """Gives the server EMAIL_TIMEOUT for each answer, and tells a connection lost before the letter from one lost
    after it."""

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None:
            self._ear = _Ear(self.sock, "rb")
            self.file = BufferedReader(self._ear)
        self._ear.deadline = monotonic() + self.timeout
        try:
            return super().getreply()
        finally:
            if self.sock is not None:
                self.sock.settimeout(self.timeout)

    def sendmail(
        self, from_addr: str, to_addrs: str | Sequence[str], msg: Any, *options: Any, **more: Any
    ) -> dict[str, tuple[int, bytes]]:
        """The same as smtplib's; where the server takes commands together (RFC 2920), two round trips and not four.

        After a refusal nothing can be sent over this session: an answer may still be on its way.
        """
        self.ehlo_or_helo_if_needed()
        if isinstance(to_addrs, str) or len(to_addrs) != 1 or not self.has_extn("pipelining"):
            return super().sendmail(from_addr, to_addrs, msg, *options, **more)
        (to_addr,) = to_addrs
        size = f" size={len(msg)}" if self.has_extn("size") else ""
        commands = f"mail FROM:{smtplib.quoteaddr(from_addr)}{size}", f"rcpt TO:{smtplib.quoteaddr(to_addr)}", "data"
        if any({"\r", "\n"} & set(command) for command in commands):
            raise ValueError("an address contains the end of a line")
        self.send("".join(f"{command}\r\n" for command in commands))
        code, text = self.getreply()
        if code != 250:
            raise smtplib.SMTPSenderRefused(code, text, from_addr)
        code, text = self.getreply()
        if code not in (250, 251):
            raise smtplib.SMTPRecipientsRefused({to_addr: (code, text)})
        code, text = self._letter(msg)
        if code != 250:
            raise smtplib.SMTPDataError(code, text)
        return {}

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.putcmd("data")
        return self._letter(msg)

    def _letter(self, msg: bytes) -> tuple[int, bytes]:
        """Send the letter once the server is ready for it; its answer. Raises Unanswered when there is none."""
        code, text = self.getreply()
        if code != 354:
            raise smtplib.SMTPDataError(code, text)
        try:
            self.send(PERIODS.sub(b"..", msg.removesuffix(b"\r\n")) + b"\r\n.\r\n")
            return self.getreply()
        except OSError as error:  # smtplib's own errors are OSErrors
            UNANSWERED.inc()
            raise Unanswered(f"the mail server did not answer for the letter: {error}") from error


class Backend(EmailBackend):
    """Django's own, over our session."""

    used_at = 0.0  # time.monotonic()

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _Session

    def drop(self) -> None:
        """Forget the connection without a word to the server."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None


_backend: Backend | None = None
_refused: set[str] = set()  # recipients that were refused for now since a letter was taken


def deliver(email: EmailMessage) -> None:
    """Hand `email` to the mail server; returns once it was taken.

    Raises Outage when the server is away or will take from nobody, Permanent when it will never take this
    letter, RefusedForNow when it may later, NotYet when it took none of several others either, Unanswered when nobody
    can know.
    """
    backend = _open_backend()
    message = email.extra_headers.get("Message-ID", "").strip("<>").partition("@")[0]
    try:
        with tracing.step("hand the letter to the mail server", message):
            backend.connection.sendmail(email.from_email, email.to, as_bytes(email))
    except Exception as error:
        backend.drop()
        if isinstance(error, Outage):
            raise
        meaning = judge(error)
        if isinstance(meaning, RefusedForNow):
            _refused.add(email.to[0])
            if len(_refused) > SEVERAL:
                raise NotYet(f"{meaning}; so were {len(_refused) - 1} others, and none was taken") from error
        raise meaning from error
    _refused.clear()
    backend.used_at = monotonic()
    telemetry.tell("letter", message=message, to=email.to[0], subject=email.subject, text=str(email.body)[:TOLD])


def hang_up() -> None:
    """Close the kept connection, if there is one."""
    global _backend
    if _backend is not None:
        _backend.drop()
    _backend = None


def judge(error: Exception) -> Exception:
    """What an error of a mail session means for the letter."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, text = next(iter(error.recipients.values()))
            return _by_code(code, text, "the recipient")
        case smtplib.SMTPDataError():
            return _by_code(error.smtp_code, error.smtp_error, "the letter")
        case smtplib.SMTPSenderRefused(smtp_code=552):
            return _by_code(error.smtp_code, error.smtp_error, "the letter")
        case UnicodeError() | ValueError():
            return Permanent(f"the letter cannot be written: {error}")
        case OSError():  # refused, timed out, TLS, authentication, sender refused: the same for every letter
            return Outage(f"{TAKES_NONE}{error or type(error).__name__}")
    return error


def _by_code(code: int, text: bytes | str, what: str) -> Exception:
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    # 4.3: "mail system status" (RFC 3463), as a full disk or one that takes no letters at present.
    if code == 421 or (code < 500 and words.startswith("4.3.")):
        return Outage(f"{TAKES_NONE}{code} {words}")
    said = f"the mail server refused {what}: {code} {words}"
    return Permanent(said) if code >= 500 else RefusedForNow(said)


def _open_backend() -> Backend:
    """The kept connection, if it still works; a new one otherwise. Raises Outage."""
    global _backend
    if _backend is None:
        _backend = get_connection()
    is_at_rest = monotonic() - _backend.used_at > AT_REST
    if _backend.connection is not None and is_at_rest and not _answers(_backend.connection):
        _backend.drop()
    try:
        _backend.open()
    except OSError as error:
        _backend.drop()
        raise judge(error) from error
    return _backend


def _answers(session: smtplib.SMTP) -> bool:
    try:
        return session.noop()[0] == 250
    except OSError:
        return False
