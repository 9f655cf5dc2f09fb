"""HTTP in, HTTP out: what was seen, as a table and as JSON, a line each."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lab.feed.record import Event
from lab.feed.watching import FEED
from lab.log.templatetags.moments import told

SHOWN = 300


def page(request: HttpRequest) -> HttpResponse:
    """The newest first; `?kind=`, `?message=`, `?service=` and `?q=` narrow it down."""
    FEED.watch()
    found = _found(request)
    context = {
        "events": found[:-SHOWN - 1:-1], "count": len(found), "shown": SHOWN, "asked": request.GET,
        "kinds": sorted({event.kind for event in FEED.record.newest()}),
    }  # fmt: skip
    return render(request, "log/table.html" if request.headers.get("HX-Request") else "log/log.html", context)


def as_json(request: HttpRequest) -> HttpResponse:
    """The same, oldest first, each event an object on a line of its own (NDJSON)."""
    FEED.watch()
    lines = (json.dumps(event.as_dict(), default=str) + "\n" for event in _found(request))
    return HttpResponse("".join(lines), content_type="application/x-ndjson")


def _found(request: HttpRequest) -> list[Event]:
    kind, message, where, words = (request.GET.get(name, "").strip() for name in ("kind", "message", "service", "q"))
    return [
        event
        for event in FEED.record.newest()
        if (not kind or event.kind == kind)
        and (not message or message in event.message)
        and (not where or where in event.where)
        and (not words or words.lower() in f"{told(event)} {event.facts}".lower())
    ]
