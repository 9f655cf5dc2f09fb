"""The start page, the root of the API, and whether we are well."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from conference_go import schema
from web.health import database_answers

PATHS = ("conferences", "locations", "states", "accounts", "token", "bill", "health")


def start(request: HttpRequest) -> HttpResponse:
    """What is here, and what to try first."""
    return render(
        request,
        "start.html",
        {
            "is_well": database_answers(),
            "paths": [f"/api/{path}/" for path in PATHS],
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
