"""Where a message goes that could not be handled: to its retry queue for a while, or to the dead letters.

Both are a confirmed publish followed by the acknowledgement, so the message is always in at least one place.
The copy keeps body and message id, and its headers say why. The broker's own x-death is not sent on:
RabbitMQ 3.10 takes it for a cycle and drops the message.
"""

import logging
from copy import copy
from datetime import UTC, datetime, timedelta
from typing import Any

from pika import BasicProperties
from pika.exceptions import NackError, UnroutableError

from messaging import metrics, topology
from messaging.beside import publish_beside
from messaging.connection import CONNECTION_ERRORS, Stopped, connect, is_limit, reason
from messaging.delivery import Delivery
from messaging.errors import Outage
from messaging.shutdown import Stop

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 5
REASON_LIMIT = 1_000  # characters of a reason that travel in a header


class FailurePublisher:
    """Publishes on a connection of its own: on the consuming one, an alarm of the broker would stall the acks."""

    def __init__(self, url: str, name: str, stop: Stop) -> None:
        self._url = url
        self._name = f"{name} failures"
        self._stop = stop

    def retry_later(self, delivery: Delivery, why: str) -> None:
        """Have it delivered again after topology.RETRY_DELAY_MS; after MAX_ATTEMPTS it is a dead letter.

        Raises Outage when the broker does not take it: the delivery is still unacknowledged then.
        """
        attempts = attempts_of(delivery.properties) + 1
        if attempts >= MAX_ATTEMPTS:
            self.dead_letter(delivery, f"failed {attempts} times, last with {why}")
            return
        back_at = datetime.now(UTC) + timedelta(milliseconds=topology.RETRY_DELAY_MS)
        noted = {"attempts": attempts, "why": why[:REASON_LIMIT], "back_at": back_at.isoformat(timespec="milliseconds")}
        if self._moved("", delivery.queue.retry, delivery, noted):
            log.warning("%s failed (%s); attempt %d of %d comes later", delivery, why, attempts + 1, MAX_ATTEMPTS)
            metrics.HANDLED.labels(delivery.queue.name, "retried").inc()

    def wait_for_its_turn(self, delivery: Delivery, why: str) -> None:
        """Have it delivered again later, as it is: this was no failure of its own. Raises Outage like `retry_later`."""
        noted = {"attempts": attempts} if (attempts := attempts_of(delivery.properties)) else {}
        if self._moved("", delivery.queue.retry, delivery, noted):
            log.warning("%s waits (%s); it comes again later", delivery, why)
            metrics.HANDLED.labels(delivery.queue.name, "waits").inc()

    def dead_letter(self, delivery: Delivery, why: str) -> None:
        """Make it a dead letter at once, with the reason. Raises Outage like `retry_later`."""
        noted = {
            "why": why[:REASON_LIMIT],
            "died_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "from_queue": delivery.queue.name,
            "attempts": attempts_of(delivery.properties) + 1,
        }
        if self._moved(topology.DEAD_LETTERS, delivery.queue.name, delivery, noted):
            metrics.HANDLED.labels(delivery.queue.name, "dead").inc()
            log.error("dead letter: %s: %s", delivery, why)

    def _moved(self, exchange: str, key: str, delivery: Delivery, noted: dict[str, Any]) -> bool:
        """Whether the broker has it there and is told that it is done with here; if not, it delivers it again."""
        properties = _with(delivery.properties, noted)
        try:
            with connect(self._url, self._name, self._stop, gives_up=is_limit) as connection:
                if not delivery.is_live:
                    return False  # the broker was away meanwhile
                channel = connection.channel()
                channel.confirm_delivery()
                channel.basic_publish(exchange, key, delivery.body, properties, mandatory=True)
        except (*CONNECTION_ERRORS, Stopped, UnroutableError, NackError) as error:
            # A bad message may not need more than a good one: at the limit it goes by the connection that it came by.
            if not (is_limit(error) and publish_beside(delivery, exchange, key, properties)):
                raise Outage(f"RabbitMQ did not take {delivery} for {key}: {reason(error)}") from error
        delivery.acknowledge()
        return True


def attempts_of(properties: BasicProperties) -> int:
    """How many times handling this message failed so far."""
    counted = (properties.headers or {}).get("attempts", 0)
    return counted if isinstance(counted, int) else 0


NOTES = ("why", "died_at", "from_queue", "attempts", "back_at", "x-")  # ours, and the broker's


def without_notes(properties: BasicProperties) -> BasicProperties:
    """A copy of the properties as they were before the message could not be handled; persistent, without an end."""
    clean = copy(properties)
    clean.headers = {name: value for name, value in (properties.headers or {}).items() if not name.startswith(NOTES)}
    clean.delivery_mode = 2
    clean.expiration = None
    return _writable(clean)


def _writable(properties: BasicProperties) -> BasicProperties:
    """Not all that can be read can be written: then as text, which a person can read as well."""
    try:
        properties.encode()
    except Exception:  # noqa: BLE001 - whatever pika trips over
        properties.headers = {name: str(value) for name, value in (properties.headers or {}).items()}
    return properties


def _with(properties: BasicProperties, noted: dict[str, Any]) -> BasicProperties:
    clean = without_notes(properties)
    clean.headers = {**(clean.headers or {}), **noted}
    return clean
