"""Server-sent events: what moved in the last tenth of a second, and the numbers of now."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.template.loader import render_to_string

from lab.board import hops, undoing, views
from lab.feed.record import Event
from lab.feed.watching import FEED
from lab.log.templatetags.moments import told

TICK = 0.1  # seconds
STATE = 5  # ticks between two times of sending numbers
LINES = 12  # lines of a tick that are told; the log has them all
TOLD = (
    "publish",
    "deliver",
    "done",
    "letter",
    "dead",
    "broker",
    "connection.created",
    "connection.closed",
    "consumer.deleted",
)


async def stream(_request: HttpRequest) -> StreamingHttpResponse:
    """The stream of a board that is open."""
    response = StreamingHttpResponse(_ticks(), content_type="text/event-stream")
    response["Cache-Control"] = "no-cache"
    response["X-Accel-Buffering"] = "no"
    return response


async def stream_json(_request: HttpRequest) -> StreamingHttpResponse:
    """The same for programs: each tick an object on a line of its own, with what happened and the state (NDJSON)."""
    return StreamingHttpResponse(_lines_of_json(), content_type="application/x-ndjson")


async def _lines_of_json() -> AsyncIterator[str]:
    last = FEED.record.last
    while True:
        FEED.watch()
        events = FEED.record.since(last)
        last = events[-1].n if events else last
        told_events = [event.as_dict() | {"words": told(event)} for event in events]
        yield json.dumps({"events": told_events, "state": FEED.state()}, default=str) + "\n"
        await asyncio.sleep(TICK * STATE)


async def _ticks() -> AsyncIterator[str]:
    last, drawn, tick = FEED.record.last, None, 0
    while True:
        FEED.watch()
        events = FEED.record.since(last)
        skipped = events[0].n - last - 1 if events else 0
        last = events[-1].n if events else last
        if tick % STATE == 0 or any("." in event.kind for event in events):
            now = views.drawing()
            if now != drawn:
                drawn = now
                yield _sent("picture", views.picture(now))
        if events or tick % STATE == 0:
            yield _sent(
                "tick",
                {"hops": hops.of(events), "state": FEED.state(), "broken": undoing.pending(), "skipped": skipped},
            )
        if lines := _lines(events):
            yield _sent("lines", lines)
        tick += 1
        await asyncio.sleep(TICK)


def _lines(events: list[Event]) -> str:
    lines = [event for event in events if event.kind in TOLD]
    shown = lines[-LINES:]
    if not shown:
        return ""
    return render_to_string("board/lines.html", {"events": shown[::-1], "more": len(lines) - len(shown)})


def _sent(event: str, data: Any) -> str:
    return f"event: {event}\ndata: {json.dumps(data, default=str)}\n\n"
