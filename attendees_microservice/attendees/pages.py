"""What is not API: the start page, and whether we are well."""

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
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


def health(_request: HttpRequest) -> HttpResponse:
    """200 when the database answers, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return JsonResponse({"status": "the database is away"}, status=503)
    return JsonResponse({"status": "ok"})
