"""What every request passes, whatever it asks for."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from web.errors import AWAY, CANNOT_WRITE, READ_ONLY, RETRY_AFTER, is_read_only, json_error
from web.throttling.log_ins import TooManyLogIns

View = Callable[[HttpRequest], HttpResponse]

# Everything a page needs comes from us. Swagger UI and ReDoc style themselves, and ReDoc starts a worker.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


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


def restrict_pages(get_response: View) -> View:
    """Say what a page may load, which is nothing of others, and what it may ask of the browser."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response

    return middleware


class Refuse:
    """Answers what a page of Django raised as the API does: such a page has no handler of its own."""

    def __init__(self, get_response: View) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, _request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """429 for a log-in too many, 503 where the database is away or takes no writes; None for the unforeseen."""
        if isinstance(exception, TooManyLogIns):
            return json_error(429, str(exception), "too_many_log_ins", wait=exception.wait)
        if is_read_only(exception):
            return json_error(READ_ONLY.status, CANNOT_WRITE, READ_ONLY.code, wait=RETRY_AFTER)
        if isinstance(exception, OperationalError | InterfaceError):
            return json_error(503, AWAY, "database_away", wait=RETRY_AFTER)
        return None
