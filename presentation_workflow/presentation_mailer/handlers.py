"""What happens when the organisers have decided."""

from django.conf import settings

from contracts.messages import PresentationApproved, PresentationRejected
from contracts.queues import PRESENTATION_APPROVALS, PRESENTATION_REJECTIONS
from messaging.consumer import Consumer
from presentation_mailer import letters

QUEUES = (PRESENTATION_APPROVALS, PRESENTATION_REJECTIONS)
consumer = Consumer(QUEUES, prefetch=10, topology=settings.MESSAGING_TOPOLOGY)


@consumer.handles(PresentationApproved)
def send_congratulations(message: PresentationApproved) -> None:
    letters.send_once(message, letters.ACCEPTED)


@consumer.handles(PresentationRejected)
def send_regrets(message: PresentationRejected) -> None:
    letters.send_once(message, letters.REJECTED)
