"""What the audit log is sent: a topic exchange behind the fanouts, and a queue that two patterns bind to it."""

from contracts.messages import AccountChanged, ConferenceChanged, ConferenceDeleted
from messaging.message import Topic
from messaging.topology import Queue, Topology

EXCHANGE = "changes"
EVENTS = (AccountChanged, ConferenceChanged, ConferenceDeleted)
QUEUE = Queue(
    "audit_log.changes", "audit_log", EVENTS, bound_to=(Topic(EXCHANGE, "account.*"), Topic(EXCHANGE, "conference.#"))
)
# Whatever comes to the fanouts goes on to the topic exchange: their publishers need not know of it.
TOPOLOGY = Topology(
    (QUEUE,), forwards=tuple((event.address, Topic(EXCHANGE, "#")) for event in (AccountChanged, ConferenceChanged))
)
