"""What a process tells the lab, for people to see: bounded, dropped while the lab is away, nothing without a URL.

Only the standard library, so that every service can use it. Nothing here waits, raises, or touches the broker.
"""

import json
import threading
import time
import urllib.request
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

KEPT = 2000  # facts that wait to be told; older ones make room
PAUSE = 0.2  # seconds between two deliveries
AWAY = 1.0  # seconds between two looks whether the lab is there
TIMEOUT = 5.0  # seconds for the lab's answer, which it keeps back for two while nobody watches

_waiting: deque[dict[str, Any]] = deque(maxlen=KEPT)
_is_watched = False
_news = threading.Event()


def start(url: str, service: str, on_answer: Callable[[dict[str, Any]], None] | None = None) -> None:
    """Tell the lab at `url` what `tell` is given, from a thread of its own; without a URL nothing ever is.

    `on_answer` is given what the lab answers: at once where that is news, and every two seconds besides.
    """
    if url:
        target = f"{url.rstrip('/')}/ingest/"
        threading.Thread(target=_keep_telling, args=(target, service, on_answer), daemon=True, name="telemetry").start()


def is_watched() -> bool:
    """Whether anybody looks at the lab now: if not, nothing needs to be found out for it."""
    return _is_watched


def tell(kind: str, **facts: Any) -> None:
    """Something happened just now. Free of charge while nobody watches."""
    if _is_watched:
        _waiting.append({"kind": kind, "at": time.time(), **facts})
        _news.set()


def _keep_telling(target: str, service: str, on_answer: Callable[[dict[str, Any]], None] | None) -> None:
    global _is_watched
    while True:
        _news.clear()  # before they are taken: what is told from now on ends the wait
        facts = []
        with suppress(IndexError):
            while True:
                facts.append(_waiting.popleft())
        asked = time.monotonic()
        answer = _post(target, {"service": service, "facts": facts})
        _is_watched = bool(answer and answer.get("watched"))
        if answer is not None and on_answer:
            on_answer(answer)
        _news.wait(max(0.0, asked + AWAY - time.monotonic()))
        if _is_watched:
            time.sleep(PAUSE)  # what happens together is told together


def _post(target: str, body: dict[str, Any]) -> dict[str, Any] | None:
    """The lab's answer; None when it has none to give."""
    request = urllib.request.Request(  # noqa: S310 - the URL is a setting
        target, json.dumps(body, default=str).encode(), {"Content-Type": "application/json"}
    )
    with suppress(OSError, ValueError), urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
        told = json.load(answer)
        return told if isinstance(told, dict) else None
    return None
