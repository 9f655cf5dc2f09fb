"""RabbitMQ's queues, through its management API, which both engines publish on this machine."""

from typing import Any
from urllib.parse import quote

import requests

from lab import settings

QUEUES = f"{settings.BROKER_PAGE}/api/queues/%2F"
# Without statistics it is cheap. A quorum queue counts every five seconds, so the figure may be as old as that.
TOTALS = {"disable_stats": "true", "enable_queue_totals": "true"}


def purge() -> None:
    """Empty every queue, of ours and of other programs."""
    for queue in _all():
        _call("DELETE", f"{QUEUES}/{quote(queue['name'], safe='')}/contents")


def waiting() -> int:
    """How many messages waited in all queues, those in somebody's hands included, at their last count."""
    return sum(queue.get("messages", 0) for queue in _all())


def _all() -> list[dict[str, Any]]:
    queues: list[dict[str, Any]] = _call("GET", QUEUES, **TOTALS).json()
    return [queue for queue in queues if not queue.get("exclusive")]  # those go with whoever has them


def _call(method: str, address: str, **question: str) -> requests.Response:
    answer = requests.request(method, address, params=question, auth=("guest", "guest"), timeout=10)
    answer.raise_for_status()
    return answer
