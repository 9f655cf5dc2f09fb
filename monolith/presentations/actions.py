"""What organisers do with presentations. Each is one transaction."""

from django.db import transaction

from messaging.messages import PresentationApproved, PresentationRejected
from messaging.outbox import publish
from presentations.models import Presentation


@transaction.atomic
def approve(pk: int) -> Presentation:
    """Store the decision and publish it: both, or neither. Raises AlreadyDecided, Presentation.DoesNotExist."""
    presentation = _locked(pk)
    if presentation.approve():
        presentation.save(update_fields=["status"])
        publish(PresentationApproved.of(presentation))
    return presentation


@transaction.atomic
def reject(pk: int) -> Presentation:
    """The same for the opposite decision."""
    presentation = _locked(pk)
    if presentation.reject():
        presentation.save(update_fields=["status"])
        publish(PresentationRejected.of(presentation))
    return presentation


def _locked(pk: int) -> Presentation:
    return Presentation.objects.select_for_update(of=["self"]).select_related("conference").get(pk=pk)
