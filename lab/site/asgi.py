"""What the web server serves, and the feed that begins and ends with it."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lab.site.settings")
pages = get_asgi_application()

from lab.board import control, undoing  # noqa: E402 - the settings come first
from lab.feed.watching import FEED  # noqa: E402


async def application(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """Django's pages; and the server's word that it starts or ends, which Django does not take."""
    if scope["type"] != "lifespan":
        await pages(scope, receive, send)
        return
    while (await receive())["type"] == "lifespan.startup":
        FEED.start()
        await asyncio.to_thread(_mend)
        await send({"type": "lifespan.startup.complete"})
    await asyncio.to_thread(_leave)
    await send({"type": "lifespan.shutdown.complete"})


def _mend() -> None:
    """A lab that was killed may have left a worker frozen."""
    with suppress(control.NobodyToAsk, control.Refused):
        control.let_all_go_on()


def _leave() -> None:
    """Whoever looks after us shall find everything whole, and the broker not tracing for nobody."""
    undoing.undo_all(only_broken=True)
    FEED.stop_tracing()
