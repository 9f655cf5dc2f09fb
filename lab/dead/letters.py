"""The dead letters of every service, by AMQP: taken in hand for as long as a look or a deed lasts."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from pika import BlockingConnection
from pika.exceptions import ChannelClosedByBroker, UnroutableError

from contracts.queues import QUEUES
from lab.feed.topology import CARETAKER
from messaging.connection import CONNECTION_ERRORS, parameters, reason
from messaging.dead_letters import DeadLetter, DeadLetters
from messaging.topology import dead_letter_queue

OWNERS = tuple(sorted({queue.owner for queue in QUEUES}))


class BrokerAway(Exception):
    """RabbitMQ does not answer, and only it has the dead letters; the message says what it said."""


class NotThere(Exception):
    """There is no such dead letter any more, or not the queue that it came from; the message says which."""


@contextmanager
def in_hand(owner: str) -> Iterator[DeadLetters | None]:
    """The dead letters of a service; what is neither replayed nor discarded goes back. None where it has no such queue.
    Raises BrokerAway."""
    wanted = parameters(settings.RABBITMQ_URL, CARETAKER)
    wanted.connection_attempts, wanted.socket_timeout, wanted.stack_timeout = 1, 2, 3
    try:
        with BlockingConnection(wanted) as connection:
            channel = connection.channel()
            try:
                channel.queue_declare(dead_letter_queue(owner), passive=True)
            except ChannelClosedByBroker:
                yield None
            else:
                yield DeadLetters(channel, owner)
    except CONNECTION_ERRORS as error:
        raise BrokerAway(f"RabbitMQ does not answer: {reason(error)}") from error


def all_of_them() -> list[tuple[str, DeadLetter]]:
    """Each with its service. Raises BrokerAway."""
    found = []
    for owner in OWNERS:
        with in_hand(owner) as letters:
            found += [(owner, each) for each in letters or ()]
    return found


def replay(owner: str, message: str) -> DeadLetter:
    """Put it back into the queue that it came from. Raises BrokerAway, NotThere."""
    with in_hand(owner) as letters:
        found = _found(letters, message)
        if not found.note("from_queue"):
            raise NotThere("It names no queue that it came from, so it cannot be replayed: it stays a dead letter.")
        try:
            letters.replay(found)
        except UnroutableError:
            raise NotThere("The queue that it came from is gone: it stays a dead letter.") from None
        return found


def discard(owner: str, message: str) -> DeadLetter:
    """Remove it. Raises BrokerAway, NotThere."""
    with in_hand(owner) as letters:
        found = _found(letters, message)
        letters.discard(found)
        return found


def put_back(letter: DeadLetter, owner: str) -> None:
    """Have a letter that was discarded among the dead ones again. Raises BrokerAway."""
    with in_hand(owner) as letters:
        letters.put_back(letter)


def _found(letters: DeadLetters | None, message: str) -> DeadLetter:
    for each in letters or ():
        if each.id == message:
            return each
    raise NotThere(
        f"There is no dead letter {message} any more: somebody replayed or discarded it, or just looks at it."
    )
