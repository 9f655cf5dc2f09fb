"""The button of the start page, and the page that it leads to."""

import secrets
import time
from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from conference_go.permissions import may_try_out
from contracts.queues import PRESENTATION_APPROVALS
from events.models import Conference
from messaging.outbox.models import OutboxMessage
from presentations import actions
from presentations.models import Presentation

PATIENCE = 1  # seconds: on a healthy machine a letter takes a fiftieth of that
QUEUE = PRESENTATION_APPROVALS.name


class FirstMessage(View):
    """POST sends a first message."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Leads to the page that shows its way."""
        _insist_that_trying_is_allowed(request)
        try:
            presentation = send_first_message()
        except Conference.DoesNotExist:
            return render(request, "first_message/no_conference.html", status=409)
        if settings.LAB_PAGE_URL:
            return redirect(_board_url(_message_of(presentation.pk)))
        return redirect("first-message", presentation.pk)


def shown(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the message has come, in milliseconds after it was stored, and where else to look."""
    _insist_that_trying_is_allowed(request)
    try:
        presentation, message = wait_for_letter(pk, PATIENCE)
    except (Presentation.DoesNotExist, OutboxMessage.DoesNotExist) as nothing:  # also when its row was cleared away
        raise Http404 from nothing
    return render(
        request,
        "first_message/shown.html",
        {
            "presentation": presentation,
            "message": message,
            "confirmed_ms": _after(message.created_at, message.sent_at),
            "written_ms": _after(message.created_at, presentation.notified),
            "queue": QUEUE,
            "board_url": _board_url(message),
            "mail_url": settings.MAIL_PAGE_URL,
            "queue_url": f"{settings.RABBITMQ_PAGE_URL}/#/queues/%2F/{QUEUE}",
        },
    )


@transaction.atomic
def send_first_message() -> Presentation:
    """Offer a talk to the next conference, and approve it. Raises Conference.DoesNotExist when there is none."""
    talk = actions.offer(
        conference=Conference.objects.earliest("starts", "id"),
        presenter_name="First Presenter",
        presenter_email=f"first-{secrets.token_hex(3)}@example.com",
        title="My first message",
        synopsis="Offered and approved by the button on the start page.",
    )
    return actions.approve(talk.pk)


def wait_for_letter(pk: int, patience: float) -> tuple[Presentation, OutboxMessage]:
    """This presentation and the message of its approval: once its presenter is written to, or after `patience` seconds.

    Raises Presentation.DoesNotExist, OutboxMessage.DoesNotExist.
    """
    deadline = time.monotonic() + patience
    while True:
        presentation, message = Presentation.objects.get(pk=pk), _message_of(pk)
        if presentation.notified or time.monotonic() >= deadline:
            return presentation, message
        time.sleep(0.05)


def _message_of(pk: int) -> OutboxMessage:
    return OutboxMessage.objects.filter(subject=f"presentation/{pk}").latest("id")


def _board_url(message: OutboxMessage) -> str:
    return settings.LAB_PAGE_URL and f"{settings.LAB_PAGE_URL}/?message={message.message_id}"


def _after(start: datetime, moment: datetime | None) -> float | None:
    return None if moment is None else 1000 * (moment - start).total_seconds()


def _insist_that_trying_is_allowed(request: HttpRequest) -> None:
    if not may_try_out(request):
        raise PermissionDenied
