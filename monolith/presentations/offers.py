"""What can be done with what was offered, beside deciding about it (see actions)."""

from django.db import transaction

from presentations.models import Presentation


@transaction.atomic
def change(pk: int, **fields: str | None) -> Presentation:
    """The presentation in other words. Raises AlreadyDecided (see Presentation.change), Presentation.DoesNotExist."""
    presentation = Presentation.objects.select_for_update(of=["self"]).select_related("conference").get(pk=pk)
    presentation.change(**fields)
    presentation.save(update_fields=fields)
    return presentation
