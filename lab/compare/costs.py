"""What each way costs the monolith: its own bill, of the last five minutes."""

from typing import Any

import requests
from django.conf import settings

MINUTES = 5
FIELDS = ("requests", "bytes", "queries", "cpu_ms")
TIMEOUT = 5  # seconds


def costs() -> dict[str, dict[str, float]] | None:
    """Sums by way; None while the monolith does not say."""
    try:
        answer = requests.get(f"{settings.MONOLITH_URL}/api/bill/", params={"minutes": MINUTES}, timeout=TIMEOUT)
        answer.raise_for_status()
        minutes: list[dict[str, Any]] = answer.json()["minutes"]
    except (requests.RequestException, ValueError, KeyError):
        return None
    ways = {"push": "publishing", "poll": "polls"}
    return {
        way: {name: sum(each[there].get(name) or 0 for each in minutes) for name in FIELDS}
        for way, there in ways.items()
    }
