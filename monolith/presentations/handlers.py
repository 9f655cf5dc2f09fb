"""What happens when a presenter has been written to."""

from messaging import topology
from messaging.consumer import Consumer
from messaging.inbox import once
from messaging.messages import PresentationNotified
from presentations.models import Presentation

consumer = Consumer([topology.PRESENTATION_NOTIFIED])


@consumer.handles(PresentationNotified)
@once
def note_letter(message: PresentationNotified) -> None:
    """The first letter counts; a presentation that was deleted meanwhile needs no note."""
    Presentation.objects.filter(pk=message.presentation_id, notified=None).update(notified=message.notified)
