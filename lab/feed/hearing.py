"""What the services tell: taken in, and answered with what the lab wants to be told.

Whoever has nothing to tell while nobody watches is answered as soon as somebody does, or wishes for another poller:
to ask again and again would cost each service and the lab a request a second, all day long.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from lab.board.layout import EFFECTS
from lab.compare.wish import WISH
from lab.feed.watching import FEED
from lab.log.templatetags.moments import told

KINDS = ("done", "letter", "poll", "outbox")
MOST = 2000  # facts in one request
HELD = 2.0  # seconds for which an answer is kept back at most: so long it may take to stop the lab
LOOK = 0.2  # seconds between two looks whether anybody watches


@csrf_exempt
@require_POST
def ingest(request: HttpRequest) -> HttpResponseBase:
    """Facts of one service. Pages of other origins cannot send these: they would have to ask first, and are refused."""
    if request.content_type != "application/json" or "Origin" in request.headers:
        return JsonResponse({"message": "only our own services tell"}, status=403)
    try:
        told = json.loads(request.body)
        service, facts = str(told["service"]), [dict(fact) for fact in told["facts"][:MOST]]
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"message": "not what a service tells"}, status=400)
    for fact in facts:
        _take(service, fact)
    if facts or FEED.is_watched:
        return JsonResponse(_wanted())
    return StreamingHttpResponse(_wanted_later(), content_type="application/json")


def _wanted() -> dict[str, Any]:
    return {"watched": FEED.is_watched, "poller": WISH.as_dict()}


async def _wanted_later() -> AsyncIterator[str]:
    before, end = _wanted(), time.monotonic() + HELD
    while _wanted() == before and time.monotonic() < end:
        await asyncio.sleep(LOOK)
    yield json.dumps(_wanted())


def _take(service: str, fact: dict[str, Any]) -> None:
    kind, at, message = fact.pop("kind", ""), fact.pop("at", None), str(fact.pop("message", ""))
    if kind not in KINDS or not isinstance(at, int | float):
        return
    if kind == "outbox":
        FEED.outbox[service.split()[0]] = (time.time(), int(fact.get("waiting", 0)), float(fact.get("oldest", 0)))
    else:
        event = FEED.record.add(kind, service, message, at=at, **fact)
        if kind == "done" and service.split()[0] in EFFECTS:
            FEED.effects[EFFECTS[service.split()[0]][0]] += 1
        if kind == "poll":
            FEED.poller = f"poller · {fact.get('mode')} · every {fact.get('interval', 0):g} s"
            FEED.poll = told(event).partition(": ")[2]
