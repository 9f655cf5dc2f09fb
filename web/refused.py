"""What people see of a refusal, where no page of its own is at hand. Programs get JSON, of the shape of web.errors."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from web.errors import json_error

HEADINGS = {404: "There is nothing here", 405: "This cannot be done here"}


def refused(request: HttpRequest, status: int, message: str, code: str) -> HttpResponse:
    """A page for a browser, JSON for everyone else."""
    if request.get_preferred_type(["application/json", "text/html"]) != "text/html":
        return json_error(status, message, code)
    context = {"status": status, "heading": HEADINGS[status], "message": message}
    return render(request, "pages/refused.html", context, status=status)


@csrf_exempt  # nothing happens there; a form of another site is told so as well
def unknown_path(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404 for a path, or for what a path names."""
    message = f"There is nothing at {request.path}; the start page / lists what there is."
    return refused(request, 404, message, "not_found")


def no_such_method(request: HttpRequest, allowed: str) -> HttpResponse:
    """405, naming what may be sent."""
    message = f"{request.path} takes no {request.method}, but {allowed}."
    answer = refused(request, 405, message, "method_not_allowed")
    answer.headers["Allow"] = allowed
    return answer
