"""What happens when the organisers have decided."""

from django.conf import settings

from contracts.messages import PresentationApproved, PresentationRejected
from contracts.queues import PRESENTATION_APPROVALS, PRESENTATION_REJECTIONS
from messaging.consumer import Consumer
from presentation_mailer import letters
from presentation_mailer.wording import ACCEPTED, REJECTED

QUEUES = (PRESENTATION_APPROVALS, PRESENTATION_REJECTIONS)
consumer = Consumer(QUEUES, prefetch=2 * letters.BATCH, topology=settings.MESSAGING_TOPOLOGY)


@consumer.handles(PresentationApproved, batch=letters.BATCH)
def send_congratulations(messages: list[PresentationApproved]) -> list[Exception | None]:
    return letters.send_each(messages, ACCEPTED)


@consumer.handles(PresentationRejected, batch=letters.BATCH)
def send_regrets(messages: list[PresentationRejected]) -> list[Exception | None]:
    return letters.send_each(messages, REJECTED)
