"""What every request passes, whatever it asks for."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse

from web.errors import json_error

View = Callable[[HttpRequest], HttpResponse]


def append_slash(get_response: View) -> View:
    """Serve each path with and without its last slash, for every method: a redirect would lose a PUT's body."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path_info.endswith("/"):
            request.path_info += "/"
            request.path += "/"
        return get_response(request)

    return middleware


def refuse_large_bodies(get_response: View) -> View:
    """Answer 413 before reading. A body without a length is empty to WSGI, so the header is enough."""

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if length.isdecimal() and int(length) > limit:
            return json_error(413, f"The body has {length} bytes; at most {limit} are read.", "too_large")
        return get_response(request)

    return middleware


def refuse_unknown_hosts(get_response: View) -> View:
    """Answer 400 in JSON for a host that is not ours; Django itself would answer with a page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        try:
            request.get_host()
        except DisallowedHost:
            message = "This service is not known by the host you asked for; add it to ALLOWED_HOSTS."
            return json_error(400, message, "unknown_host")
        return get_response(request)

    return middleware
