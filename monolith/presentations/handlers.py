"""What happens when a presenter has been written to."""

from django.conf import settings

from contracts.messages import PresentationNotified
from contracts.queues import PRESENTATION_NOTIFIED
from messaging.consumer import Consumer
from messaging.inbox import once
from presentations.models import Presentation

consumer = Consumer([PRESENTATION_NOTIFIED], topology=settings.MESSAGING_TOPOLOGY)


@consumer.handles(PresentationNotified)
@once("note_letter")
def note_letter(message: PresentationNotified) -> None:
    """The first letter counts; a presentation that was deleted meanwhile needs no note."""
    Presentation.objects.filter(pk=message.presentation_id, notified=None).update(notified=message.notified)
