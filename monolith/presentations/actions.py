"""What organisers do with presentations. Each is one transaction."""

from django.db import transaction

from contracts.messages import PresentationApproved, PresentationRejected
from messaging.outbox import publish
from presentations.models import Presentation
from web.prepared import Prepared

LOCKED = Prepared(Presentation.objects.select_for_update(of=["self"]).select_related("conference"))


@transaction.atomic
def approve(pk: int) -> Presentation:
    """Store the decision and publish it: both, or neither. Raises AlreadyDecided, Presentation.DoesNotExist."""
    presentation = LOCKED.get(pk)
    if presentation.approve():
        presentation.save(update_fields=["status", "decided"])
        publish(PresentationApproved.of(presentation))
    return presentation


@transaction.atomic
def reject(pk: int) -> Presentation:
    """The same for the opposite decision."""
    presentation = LOCKED.get(pk)
    if presentation.reject():
        presentation.save(update_fields=["status", "decided"])
        publish(PresentationRejected.of(presentation))
    return presentation


@transaction.atomic
def give_up(pk: int) -> Presentation:
    """Publish its decision no more, however long nobody confirms it. Raises Presentation.DoesNotExist."""
    presentation = LOCKED.get(pk)
    if presentation.give_up():
        presentation.save(update_fields=["given_up"])
    return presentation
