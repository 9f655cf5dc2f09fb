"""The start page, the root of the API, and whether we are well."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from conference_go import schema
from conference_go.permissions import may_try_out
from messaging.outbox.rows import backlog
from web.health import database_answers

PATHS = ("conferences", "locations", "states", "accounts", "token", "bill", "health")


def start(request: HttpRequest) -> HttpResponse:
    """What is here, how it is, and what to try first."""
    is_well = database_answers()
    waiting, oldest = backlog() if is_well else (0, 0.0)
    return render(
        request,
        "start.html",
        {
            "is_well": is_well,
            "waiting": waiting,
            "oldest": oldest,
            "may_try_out": is_well and may_try_out(request),
            "paths": [f"/api/{path}/" for path in PATHS if path != "token"],  # which cannot be read
            "attendees_url": settings.ATTENDEES_URL,
            "mail_url": settings.MAIL_PAGE_URL,
            "rabbitmq_url": settings.RABBITMQ_PAGE_URL,
        },
    )


@schema.root
class Root(APIView):
    """What the API offers."""

    permission_classes = [AllowAny]

    def get(self, request: Request) -> Response:
        """The paths to start from."""
        return Response({path: request.build_absolute_uri(f"/api/{path}/") for path in PATHS})
