"""The connection to RabbitMQ: named, with heartbeats, and waited for as long as it takes."""

import logging
import socket

import pika
from pika.adapters.blocking_connection import BlockingConnection
from pika.adapters.utils.connection_workflow import AMQPConnectorException
from pika.exceptions import AMQPError, ProbableAccessDeniedError, ProbableAuthenticationError

import messaging.reading  # noqa: F401 - every connection reads what it is sent with it
from messaging.backoff import Backoff
from messaging.shutdown import Stop

log = logging.getLogger(__name__)

HEARTBEAT = 20  # seconds
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
    parsed.socket_timeout = parsed.stack_timeout = 10
    parsed.client_properties = {"connection_name": name}
    return parsed


def connect(url: str, name: str, stop: Stop) -> BlockingConnection:
    """A connection, however long the broker takes to come. Raises Stopped."""
    wanted = parameters(url, name)
    backoff = Backoff()
    while not stop.is_set():
        try:
            return BlockingConnection(wanted)
        except CONNECTION_ERRORS as error:
            pause = backoff.next()
            log.warning(
                "waiting for RabbitMQ at %s:%s (%s); next try in %.1f s",
                wanted.host,
                wanted.port,
                reason(error),
                pause,
            )
            stop.wait(pause)
    raise Stopped


def reason(error: BaseException) -> str:
    """The cause of a failed or lost connection, in words."""
    if isinstance(error, ProbableAuthenticationError | ProbableAccessDeniedError):
        return "user, password or virtual host refused: check RABBITMQ_URL"
    if isinstance(error, socket.gaierror):
        return "no such host: the service's name inside compose, localhost outside"
    cause = error.args[0] if error.args and isinstance(error.args[0], BaseException) else error
    inner = getattr(cause, "exception", None) or cause
    return str(inner) or type(inner).__name__
