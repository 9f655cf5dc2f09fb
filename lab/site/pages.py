"""What every page of the lab knows, and whether the lab is well."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.templatetags.static import static


def places(_request: HttpRequest) -> dict[str, str]:
    """Where the others are, for links."""
    return {
        "monolith_url": settings.MONOLITH_PAGE_URL,
        "attendees_url": settings.ATTENDEES_PAGE_URL,
        "rabbitmq_url": settings.RABBITMQ_PAGE_URL,
        "mail_url": settings.MAIL_PAGE_URL,
    }


def health(_request: HttpRequest) -> HttpResponse:
    """The lab answers, also while the broker does not: it is there to show that."""
    return JsonResponse({"status": "ok"})


def favicon(_request: HttpRequest) -> HttpResponse:
    """Leads to the icon: browsers ask for it at a path of their own."""
    return redirect(static("site/icon.svg"))
