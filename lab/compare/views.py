"""HTTP in, HTTP out: one change, two ways."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import requests
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST

from lab.board.monolith import Monolith, NotDone
from lab.compare import chart
from lab.compare.arrivals import ARRIVALS, WAYS
from lab.compare.costs import costs
from lab.compare.wish import LONGEST, MODES, SHORTEST, WISH
from lab.feed.watching import FEED
from lab.site.organisers import authorization

LOOK = 0.1  # seconds between two looks whether it has arrived
PATIENCE = 90.0  # seconds


@ensure_csrf_cookie
def page(request: HttpRequest) -> HttpResponse:
    """The comparison."""
    FEED.watch()
    how = {"modes": MODES, "shortest": SHORTEST, "longest": LONGEST, "mode": _mode(), "interval": _interval()}
    return render(request, "compare/compare.html", how | _history())


def history(request: HttpRequest) -> HttpResponse:
    """The sentence, the picture and what it costs, as of now."""
    FEED.watch()
    return render(request, "compare/history.html", _history())


@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Change a conference; which, and the revision that is to arrive."""
    monolith = Monolith(authorization(request))
    try:
        pk = monolith.conference()
        changed = monolith.change_conference(pk)
    except NotDone as trouble:
        return JsonResponse({"message": str(trouble)}, status=502)
    return JsonResponse({"conference": pk, "revision": changed["revision"]})


@require_POST
def wish(request: HttpRequest) -> HttpResponse:
    """How the poller is to poll from now on; it hears within a second."""
    try:
        WISH.choose(request.POST.get("mode", ""), float(request.POST.get("interval", "")))
    except ValueError as refusal:
        return HttpResponse(f"Not taken: {refusal}", status=400, content_type="text/plain")
    return HttpResponse(f"✔ {WISH.mode}, every {WISH.interval:g} s", content_type="text/plain; charset=utf-8")


async def arriving(_request: HttpRequest, conference: int, revision: int) -> HttpResponse:
    """A stream that says of each way when it has brought the revision, and ends then."""
    response = StreamingHttpResponse(_arriving(conference, revision), content_type="text/event-stream")
    response["Cache-Control"] = "no-cache"
    return response


async def _arriving(conference: int, revision: int) -> AsyncIterator[str]:
    told: set[str] = set()
    deadline = time.monotonic() + PATIENCE
    while len(told) < len(WAYS) and time.monotonic() < deadline:
        FEED.watch()
        try:
            await asyncio.to_thread(ARRIVALS.look, conference)
        except requests.RequestException as error:
            yield _sent("trouble", {"message": f"attendees does not answer: {error}"})
        for way, ms in ARRIVALS.of(conference, revision).items():
            if way not in told:
                told.add(way)
                yield _sent("arrived", {"way": way, "ms": ms})
        await asyncio.sleep(LOOK)
    yield _sent("end", {"missing": sorted(set(WAYS) - told)})


def _history() -> dict[str, Any]:
    try:
        ARRIVALS.look()
        trouble = ""
    except requests.RequestException:
        trouble = "attendees does not answer"
    interval, push, poll = _interval(), ARRIVALS.average("push"), ARRIVALS.average("poll")
    return {
        "trouble": trouble, "push": push, "poll": poll, "costs": costs(),
        "prediction": interval and 500 * interval, "interval": interval,
        "prediction_y": interval and chart.height(500 * interval),
        "points": chart.points(ARRIVALS.latest()), "scale": chart.lines(), "chart": chart,
        "times": poll / push if push and poll else None,
    }  # fmt: skip


def _interval() -> float:
    """What the poller said of itself last, unless something else has been wished for since."""
    polls = [event for event in FEED.record.newest(3000) if event.kind == "poll"]
    said = float(polls[-1].facts.get("interval", 0)) if polls else 0.0
    return WISH.interval or said or 5.0


def _mode() -> str:
    polls = [event for event in FEED.record.newest(3000) if event.kind == "poll"]
    return WISH.mode or (str(polls[-1].facts.get("mode", "")) if polls else "") or "delta"


def _sent(event: str, data: Any) -> str:
    return f"event: {event}\ndata: {json.dumps(data)}\n\n"
