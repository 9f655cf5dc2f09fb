"""Follows requests that may change something. Among a service's middleware only where traces are wanted."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from telemetry.traces import Traces

READS = {"GET", "HEAD", "OPTIONS"}
traces: Traces | None = None  # of this process; a service sets it when it starts


def trace_requests(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A span for a request that writes; reading causes nothing elsewhere, and would use up the rate."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if traces is None or request.method in READS:
            return get_response(request)
        with traces.request(str(request.method), request.path, request.headers) as told:
            response = get_response(request)
            told["http.response.status_code"] = response.status_code
        return response

    return middleware
