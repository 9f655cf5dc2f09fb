"""All that is done with presentations, by the API, pages, the admin or the seed. Each action is one transaction."""

from django.db import transaction

from contracts.messages import PresentationApproved, PresentationRejected
from messaging.outbox import publish
from presentations.models import Presentation
from web.prepared import Prepared

LOCKED = Prepared(Presentation.objects.select_for_update(of=["self"]).select_related("conference"))


def offer(**fields: object) -> Presentation:
    """A new presentation. Nobody is told."""
    return Presentation.objects.create(**fields)


@transaction.atomic
def change(pk: int, **fields: object) -> Presentation:
    """The presentation in other words. Raises AlreadyDecided (see Presentation.change), Presentation.DoesNotExist."""
    presentation = LOCKED.get(pk)
    presentation.change(**fields)
    presentation.save(update_fields=fields)
    return presentation


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
    presentation.give_up()
    presentation.save(update_fields=["given_up"])
    return presentation


def delete(pk: int) -> None:
    """The presentation is gone, also where it was before. Nobody is told; a letter that is on its way is written."""
    Presentation.objects.filter(pk=pk).delete()
