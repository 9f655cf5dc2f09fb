"""What happens when the organisers have decided."""

from messaging import topology
from messaging.consumer import Consumer
from messaging.messages import PresentationApproved, PresentationRejected
from presentation_mailer import letters

QUEUES = (topology.PRESENTATION_APPROVALS, topology.PRESENTATION_REJECTIONS)
consumer = Consumer([*QUEUES, *(topology.COURSE_QUEUES if topology.course_mode else ())], prefetch=10)


@consumer.handles(PresentationApproved)
def send_congratulations(message: PresentationApproved) -> None:
    letters.send_once(message, letters.ACCEPTED)


@consumer.handles(PresentationRejected)
def send_regrets(message: PresentationRejected) -> None:
    letters.send_once(message, letters.REJECTED)
