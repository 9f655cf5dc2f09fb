"""What is not API: the start page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from attendees.models import Attendee, ConferenceVO


def start(request: HttpRequest) -> HttpResponse:
    """What this service is, what it knows, and where to look."""
    counts = {
        "attendees": Attendee.objects.count(),
        "conferences": ConferenceVO.objects.filter(deleted=False).count(),
    }
    return render(request, "attendees/start.html", counts)
