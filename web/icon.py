"""The icon, for pages that name none: browsers ask for it at a path of their own."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static


def icon(_request: HttpRequest) -> HttpResponse:
    """Leads to it."""
    return redirect(static("pages/icon.svg"))
