"""Counts polls."""

from collections.abc import Callable
from time import thread_time

from django.http import HttpRequest, HttpResponse

from usage.meter import count, counted_queries
from usage.models import Purpose

View = Callable[[HttpRequest], HttpResponse]

POLLED = {f"/api/{path}" for path in ("conferences", "conferences/changes", "accounts", "accounts/changes")}


def count_polls(get_response: View) -> View:
    """Count what it takes to answer a program that asks for all of something, or for what changed.

    The CPU is that of this thread, from the first middleware to the finished answer; the web server's own is not
    in it.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method != "GET" or request.path_info.rstrip("/") not in POLLED or _is_browser(request):
            return get_response(request)
        started = thread_time()
        with counted_queries() as queries:
            response = get_response(request)
        count(
            Purpose.POLLS,
            requests=1,
            bytes=_length(response),
            queries=len(queries),
            cpu_ms=1000 * (thread_time() - started),
        )
        return response

    return middleware


def _is_browser(request: HttpRequest) -> bool:
    """Whether a person browses, or a page that somebody has open asks: every browser with scripts calls itself Mozilla,
    and the others ask for HTML. Pollers are programs, ours and those of the course: their HTTP libraries do neither."""
    headers = request.headers
    return headers.get("User-Agent", "").startswith("Mozilla/") or "text/html" in headers.get("Accept", "")


def _length(response: HttpResponse) -> int:
    return len(response.content) + sum(len(f"{name}: {value}\r\n") for name, value in response.items())
