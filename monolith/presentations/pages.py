"""The button of the start page, and the page that it leads to."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from conference_go.permissions import may_try_out
from events.models import Conference
from messaging.outbox.models import OutboxMessage
from presentations import first_message
from presentations.models import Presentation

PATIENCE = 1  # seconds: on a healthy machine a letter takes a fiftieth of that


class FirstMessage(View):
    """POST sends a first message."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Leads to the page that shows its way."""
        _insist_that_trying_is_allowed(request)
        try:
            presentation = first_message.send()
        except Conference.DoesNotExist:
            return render(request, "first_message/no_conference.html", status=409)
        if settings.LAB_PAGE_URL:
            return redirect(f"{settings.LAB_PAGE_URL}/?message={first_message.message_id(presentation.pk)}")
        return redirect("first-message", presentation.pk)


def shown(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the message has come, and where else to look."""
    _insist_that_trying_is_allowed(request)
    try:
        progress = first_message.progress(pk, PATIENCE)
    except (Presentation.DoesNotExist, OutboxMessage.DoesNotExist) as nothing:
        raise Http404 from nothing
    return render(
        request,
        "first_message/shown.html",
        {
            "progress": progress,
            "presentation": progress.presentation,
            "queue": first_message.QUEUE,
            "board_url": settings.LAB_PAGE_URL and f"{settings.LAB_PAGE_URL}/?message={progress.message_id}",
            "mail_url": settings.MAIL_PAGE_URL,
            "queue_url": f"{settings.RABBITMQ_PAGE_URL}/#/queues/%2F/{first_message.QUEUE}",
        },
    )


def _insist_that_trying_is_allowed(request: HttpRequest) -> None:
    if not may_try_out(request):
        raise PermissionDenied
