"""The first message that somebody sends here: a talk is offered and approved, and its way is looked up."""

import secrets
import time
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from contracts.queues import PRESENTATION_APPROVALS
from events.models import Conference
from messaging.outbox.models import OutboxMessage
from presentations import actions
from presentations.models import Presentation

QUEUE = PRESENTATION_APPROVALS.name


@dataclass(frozen=True)
class Progress:
    """How far an approval has come; times in milliseconds after it was stored, None for what has not happened."""

    presentation: Presentation
    stored: datetime
    confirmed_ms: float | None
    written_ms: float | None
    trouble: str
    message_id: UUID

    @property
    def has_arrived(self) -> bool:
        """Whether its presenter was written to."""
        return self.written_ms is not None


@transaction.atomic
def send() -> Presentation:
    """Offer a talk to the next conference, and approve it. Raises Conference.DoesNotExist when there is none."""
    talk = Presentation.objects.create(
        conference=Conference.objects.earliest("starts", "id"),
        presenter_name="First Presenter",
        presenter_email=f"first-{secrets.token_hex(3)}@example.com",
        title="My first message",
        synopsis="Offered and approved by the button on the start page.",
    )
    return actions.approve(talk.pk)


def message_id(pk: int) -> UUID:
    """Under which the approval of this presentation goes. Raises OutboxMessage.DoesNotExist."""
    return OutboxMessage.objects.filter(subject=f"presentation/{pk}").latest("id").message_id


def progress(pk: int, patience: float = 0) -> Progress:
    """How far it has come, looking for up to `patience` seconds whether it has arrived.

    Raises Presentation.DoesNotExist, OutboxMessage.DoesNotExist (also when its row was cleared away).
    """
    deadline = time.monotonic() + patience
    while not (seen := _look(pk)).has_arrived and time.monotonic() < deadline:
        time.sleep(0.05)
    return seen


def _look(pk: int) -> Progress:
    presentation = Presentation.objects.select_related("conference").get(pk=pk)
    row = OutboxMessage.objects.filter(subject=f"presentation/{pk}").latest("id")
    return Progress(
        presentation,
        row.created_at,
        _after(row.created_at, row.sent_at),
        _after(row.created_at, presentation.notified),
        row.last_error,
        row.message_id,
    )


def _after(start: datetime, moment: datetime | None) -> float | None:
    return None if moment is None else 1000 * (moment - start).total_seconds()
