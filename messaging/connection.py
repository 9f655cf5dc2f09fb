"""The connection to RabbitMQ: named, with heartbeats, and waited for as long as it takes."""

import logging
import socket
import ssl
from collections.abc import Callable

import pika
from pika.adapters.blocking_connection import BlockingConnection
from pika.adapters.utils.connection_workflow import AMQPConnectorException
from pika.exceptions import AMQPError, ProbableAccessDeniedError, ProbableAuthenticationError

import messaging.reading  # noqa: F401 - every connection reads what it is sent with it
from messaging.backoff import Backoff
from messaging.shutdown import Stop

log = logging.getLogger(__name__)

HEARTBEAT = 5  # seconds; the broker takes two to three of them without a sign for the end of a connection
KERNEL = {"TCP_USER_TIMEOUT": 6_000}  # milliseconds that what was sent, if only a heartbeat, may go unanswered
CONNECT_WITHIN = 3  # seconds for each address that the host's name has: of three nodes one may have vanished
HANDSHAKE_WITHIN = 10  # seconds until the broker has logged us in
BLOCKED_TIMEOUT = 60  # seconds a broker with a full disk or memory may keep us waiting; pika's default is for ever

# pika lets socket errors through as they are, reports closed channels and connections as AMQPError, and a server
# that takes the connection but says nothing as something else again.
CONNECTION_ERRORS = (AMQPError, AMQPConnectorException, OSError)


class Stopped(Exception):
    """The process was asked to stop while it waited."""


def parameters(url: str, name: str) -> pika.URLParameters:
    """Parameters of a connection that the broker's pages show as `name`."""
    parsed = pika.URLParameters(url)
    parsed.heartbeat = HEARTBEAT
    parsed.blocked_connection_timeout = BLOCKED_TIMEOUT
    parsed.socket_timeout, parsed.stack_timeout = CONNECT_WITHIN, HANDSHAKE_WITHIN
    parsed.tcp_options = KERNEL
    parsed.client_properties = {"connection_name": name}
    return parsed


def connect(
    url: str, name: str, stop: Stop, gives_up: Callable[[BaseException], bool] = lambda _error: False
) -> BlockingConnection:
    """A connection, however long the broker takes to come. Raises Stopped, and the error over which it gives up."""
    wanted = parameters(url, name)
    backoff = Backoff()
    while not stop.is_set():
        try:
            return BlockingConnection(wanted)
        except CONNECTION_ERRORS as error:
            if gives_up(error):
                raise
            pause = backoff.next()
            log.warning(
                "waiting for RabbitMQ at %s:%s (%s); next try in %.1f s",
                wanted.host,
                wanted.port,
                reason(error),
                pause,
            )
            stop.show_alive()
            stop.wait(pause)
    raise Stopped


def reason(error: BaseException) -> str:
    """The cause of a failed or lost connection, in words."""
    cause = error
    while (inner := _inside(cause)) is not None:
        cause = inner
        if isinstance(cause, ProbableAuthenticationError | ProbableAccessDeniedError):
            break
    said = str(cause)
    match cause:
        case _ if is_limit(error):
            return f"a limit of RabbitMQ is reached: {said}"
        case ProbableAuthenticationError() | ProbableAccessDeniedError():
            return "user, password or virtual host refused: check RABBITMQ_URL"
        case socket.gaierror():
            return "no such host: the service's name inside compose, localhost outside"
        case ssl.SSLCertVerificationError():
            return f"its certificate is not to be trusted: {cause.verify_message}"
        case ConnectionRefusedError():
            return "connection refused: nothing listens there"
        case TimeoutError():
            return "no answer from that address in time"
    return said or type(cause).__name__


def is_limit(error: BaseException) -> bool:
    """Whether RabbitMQ refused it because there are as many connections as its settings allow: of the virtual host, of
    the user, or of the node."""
    cause: BaseException | None = error
    while cause is not None:
        if "limit" in str(cause) and "reached" in str(cause):
            return True
        cause = _inside(cause)
    return False


def _inside(error: BaseException) -> BaseException | None:
    """The error that pika has wrapped into this one; of several attempts, the last."""
    several = getattr(error, "exceptions", ()) or error.args[-1:]
    inner = getattr(error, "exception", None) or (several[-1] if several else None)
    return inner if isinstance(inner, BaseException) else None
