"""What is not API: the start page."""

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from attendees.models import AccountVO, Attendee, ConferenceVO


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
