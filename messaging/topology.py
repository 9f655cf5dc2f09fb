"""Every exchange, queue and binding, declared alike by every side.

All queues are durable quorum queues: RabbitMQ 4.3 refuses non-durable shared ones, and a quorum queue
is on disk before it confirms. Each queue has two companions: a retry queue, where a message waits before
it comes back, and its owner's dead-letter queue, where it waits for a person.
"""

from dataclasses import dataclass

from pika.adapters.blocking_connection import BlockingChannel

from messaging.message import Message
from messaging.messages import (
    AccountChanged,
    ConferenceChanged,
    ConferenceDeleted,
    PresentationApproved,
    PresentationNotified,
    PresentationRejected,
)

# Whether decisions go to the queues of course programs: see messaging.course. A service sets it before it connects.
course_mode = False

DEAD_LETTERS = "dead_letters"
RETRY_DELAY_MS = 10_000
# A message that kills its worker again and again ends as a dead letter after this many deliveries.
DELIVERY_LIMIT = 50
# RabbitMQ 4 drops after 20 deliveries where there is no dead-letter exchange; 3.10 knows no "unlimited".
NO_LIMIT = 2_000_000_000


@dataclass(frozen=True)
class Queue:
    """A queue, who reads it, and the messages that arrive on it; the first is the one bare JSON is taken for.

    One of the course has no companions: what fails goes on in those of our own queue, which is named in `instead_of`.
    """

    name: str
    owner: str
    messages: tuple[type[Message], ...]
    instead_of: str = ""

    @property
    def own_name(self) -> str:
        """The name of our own queue for these messages."""
        return self.instead_of or self.name

    @property
    def default_type(self) -> str:
        """The type of a message that came without one."""
        return self.messages[0].type

    @property
    def retry(self) -> str:
        """The name of the queue in which a message waits before it is tried again."""
        return f"{self.own_name}.retry"


def dead_letter_queue(owner: str) -> str:
    """The name of the queue that keeps the dead letters of the service `owner`."""
    return f"{owner}.{DEAD_LETTERS}"


PRESENTATION_APPROVALS = Queue("workflow.presentation_approvals", "workflow", (PresentationApproved,))
PRESENTATION_REJECTIONS = Queue("workflow.presentation_rejections", "workflow", (PresentationRejected,))
PRESENTATION_NOTIFIED = Queue("monolith.presentation_notified", "monolith", (PresentationNotified,))
ATTENDEES_ACCOUNTS = Queue("attendees.account_info", "attendees", (AccountChanged,))
ATTENDEES_CONFERENCES = Queue("attendees.conference_info", "attendees", (ConferenceChanged, ConferenceDeleted))

COURSE_QUEUES = (
    Queue("presentation_approvals", "workflow", (PresentationApproved,), PRESENTATION_APPROVALS.name),
    Queue("presentation_rejections", "workflow", (PresentationRejected,), PRESENTATION_REJECTIONS.name),
)
QUEUES = (
    PRESENTATION_APPROVALS,
    PRESENTATION_REJECTIONS,
    PRESENTATION_NOTIFIED,
    ATTENDEES_ACCOUNTS,
    ATTENDEES_CONFERENCES,
)


def declare(channel: BlockingChannel) -> None:
    """Make everything that is missing; what is there already stays. Raises ChannelClosedByBroker (406)
    when something of the same name and other properties is there."""
    channel.exchange_declare(DEAD_LETTERS, "direct", durable=True)
    for address in {message.address for message in Message.registry.values()}:
        channel.exchange_declare(address.exchange, address.kind, durable=True)
    for queue in QUEUES:
        _declare_with_companions(channel, queue)


def _declare_with_companions(channel: BlockingChannel, queue: Queue) -> None:
    dead = dead_letter_queue(queue.owner)
    _declare(channel, dead, {"x-delivery-limit": NO_LIMIT})
    channel.queue_bind(dead, DEAD_LETTERS, routing_key=queue.name)
    _declare(channel, queue.name, {"x-delivery-limit": DELIVERY_LIMIT, **_then(DEAD_LETTERS, queue.name)})
    _declare(channel, queue.retry, {"x-message-ttl": RETRY_DELAY_MS, **_then("", queue.name)})
    if course_mode and queue.name in {each.instead_of for each in COURSE_QUEUES}:
        return  # its messages go to the course's queue
    for address in {message.address for message in queue.messages}:
        channel.queue_bind(queue.name, address.exchange, routing_key=address.key)


def _declare(channel: BlockingChannel, name: str, arguments: dict[str, object]) -> None:
    channel.queue_declare(name, durable=True, arguments={"x-queue-type": "quorum", **arguments})


def _then(exchange: str, key: str) -> dict[str, object]:
    """Where the broker itself moves a message on: at least once, which needs reject-publish."""
    return {
        "x-dead-letter-exchange": exchange,
        "x-dead-letter-routing-key": key,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
