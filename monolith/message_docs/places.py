"""Which service a message comes from, and which service an owner of queues is."""

from contracts.messages import PresentationNotified
from messaging.message import Message

SERVICES = {
    "monolith": "monolith",
    "attendees": "attendees_microservice",
    "workflow": "presentation_workflow",
}
NOT_FROM_THE_MONOLITH = {PresentationNotified: "presentation_workflow"}


def service(owner: str) -> str:
    """The folder of the service that owns a queue."""
    return SERVICES[owner]


def sender(message: type[Message]) -> str:
    """The folder of the service that publishes this message."""
    return NOT_FROM_THE_MONOLITH.get(message, "monolith")
