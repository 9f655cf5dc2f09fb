"""What every request passes, whatever it asks for."""

import logging
import re
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse

from web.errors import AWAY, CANNOT_WRITE, OUT_OF_RANGE, READ_ONLY, RETRY_AFTER, is_read_only, json_error
from web.idempotency.keys import HEADER
from web.lists import LONGEST_SEARCH
from web.refused import no_such_method, unknown_path
from web.throttling.log_ins import TooManyLogIns

log = logging.getLogger(__name__)
SLASHES = re.compile("/{2,}")
SEARCHES = {"search", "q", "term"}  # of lists, of the admin, and of its pickers
LONGEST_QUERY = 4096
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


def one_path(get_response: View) -> View:
    """Serve each path with and without its last slash, and with doubled ones, for every method: a redirect would lose
    a PUT's body."""

    def middleware(request: HttpRequest) -> HttpResponse:
        wanted = SLASHES.sub("/", f"{request.path_info}/")
        if wanted != request.path_info:
            request.path = request.path.removesuffix(request.path_info) + wanted
            request.path_info = wanted
        return get_response(request)

    return middleware


def refuse_large_bodies(get_response: View) -> View:
    """Answer 413 before reading. A body without a length is empty to WSGI, so the header is enough."""

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if length.isdecimal() and int(length) > limit:
            return json_error(413, f"The body has {length} bytes; at most {limit} are read.", "too_large")
        if HEADER in request.headers:
            request.body  # noqa: B018 - kept: a form that was parsed, for its CSRF token, cannot be read again
        return get_response(request)

    return middleware


def refuse_long_queries(get_response: View) -> View:
    """Answer 400 to a query, or a search, that is longer than anybody types: each of its words takes the
    database's time, and ours, for every row."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if len(request.META.get("QUERY_STRING", "")) > LONGEST_QUERY:
            return json_error(400, f"The query is longer than {LONGEST_QUERY} characters.", "too_long")
        for name in SEARCHES & request.GET.keys():
            if any(len(text) > LONGEST_SEARCH for text in request.GET.getlist(name)):
                message = f"Search for at most {LONGEST_SEARCH} characters."
                return json_error(400, f"{name}: {message}", "max_length", field=name)
        return get_response(request)

    return middleware


def refuse_unknown_hosts(get_response: View) -> View:
    """Answer 400 in JSON for a host that is not ours; Django itself would answer with a page.

    It also refuses every name with an underscore, as `attendees_microservice`, by which containers of the course call
    it: such a name is taken for the one with a hyphen, which ALLOWED_HOSTS can list.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if "_" in (host := request.META.get("HTTP_HOST", "")):
            request.META["HTTP_HOST"] = host.replace("_", "-")
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
        board = getattr(settings, "LAB_PAGE_URL", "")  # where the form of a first message leads
        policy = CONTENT_SECURITY_POLICY.replace("form-action 'self'", f"form-action 'self' {board}".rstrip())
        response.setdefault("Content-Security-Policy", policy)
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response

    return middleware


class Refuse:
    """Answers what a page of Django raised as the API does: such a page has no handler of its own."""

    def __init__(self, get_response: View) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        if response.status_code == 405 and not response.content:  # Django's own, which says nothing
            return no_such_method(request, response.headers["Allow"])
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """404 for what is not there, also while DEBUG is on, when Django would show its own page; 429 for a log-in too
        many, 503 where the database is away or takes no writes, 400 for what it cannot look for; None for the rest."""
        if isinstance(exception, Http404):
            return unknown_path(request)
        if isinstance(exception, TooManyLogIns):
            return json_error(429, str(exception), "too_many_log_ins", wait=exception.wait)
        if is_read_only(exception):
            return json_error(READ_ONLY.status, CANNOT_WRITE, READ_ONLY.code, wait=RETRY_AFTER)
        if isinstance(exception, OperationalError | InterfaceError):
            return json_error(503, AWAY, "database_away", wait=RETRY_AFTER)
        if _is_amiss(request, exception) or isinstance(exception, DataError | OverflowError):
            log.warning("%s %s: %s", request.method, request.path, exception)
            return json_error(400, OUT_OF_RANGE, "out_of_range")
        return None


def _is_amiss(request: HttpRequest, exception: Exception) -> bool:
    """Whether a list of the admin was asked what nobody can answer: a range that has not two ends is one, too."""
    if not request.path.startswith("/admin/"):
        return False
    has_range = any(name.endswith("__range") for name in request.GET)
    return isinstance(exception, ValueError) or (has_range and isinstance(exception, TypeError | LookupError))
