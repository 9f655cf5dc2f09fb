"""The start page, and the root of the API."""

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from attendees import schema
from attendees.models import AccountVO, Attendee, ConferenceVO

PATHS = ("conferences", "attendees", "sync", "health", "docs")


@schema.root
class Root(APIView):
    """What the API offers."""

    permission_classes = [AllowAny]

    def get(self, request: Request) -> Response:
        """The paths to start from."""
        return Response({path: request.build_absolute_uri(f"/api/{path}/") for path in PATHS})


def start(request: HttpRequest) -> HttpResponse:
    """What this service is, how it is, what it knows, and where to look."""
    try:
        known = {
            "attendees": Attendee.objects.count(),
            "conferences": ConferenceVO.objects.filter(deleted=False).count(),
            "accounts": AccountVO.objects.filter(is_active=True).count(),
        }
    except Error:
        known = {}
    context = {"is_well": bool(known), "monolith_url": settings.MONOLITH_PAGE_URL, **known}
    return render(request, "attendees/start.html", context)
