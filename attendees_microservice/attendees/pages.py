"""What is not API: the start page, and whether we are well."""

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from attendees.models import Attendee, ConferenceVO


def start(request: HttpRequest) -> HttpResponse:
    """What this service is, what it knows, and where to look."""
    counts = {
        "attendees": Attendee.objects.count(),
        "conferences": ConferenceVO.objects.filter(deleted=False).count(),
    }
    return render(request, "attendees/start.html", counts)


def health(_request: HttpRequest) -> HttpResponse:
    """200 when the database answers, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return JsonResponse({"status": "the database is away"}, status=503)
    return JsonResponse({"status": "ok"})
