"""Photos and weather from other people's services: the only place that knows how those talk.

Neither is needed. Without a key, with a bad answer or with none in time the answer is None, and a service
that just failed is left alone for a while, so that no request of ours waits for it again and again.
A service that knows nothing of a city has not failed.
"""

import logging
from collections.abc import Callable
from hashlib import sha256
from typing import Any, TypeVar

import requests
from django.conf import settings
from django.core.cache import cache

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")
TIMEOUT = (1, 2)  # seconds to connect, and for each silence while reading
GOOD_FOR = 600  # seconds that weather stays as it was, and a city unknown
AFTER_A_FAILURE = 60  # seconds without another try
LONGEST_URL = 500  # characters that Location.picture_url holds
PHOTOS = "https://api.pexels.com/v1/search"
PLACES = "https://api.openweathermap.org/geo/1.0/direct"
WEATHER = "https://api.openweathermap.org/data/2.5/weather"


def photo_of(city: str, state: str) -> str | None:
    """The https URL of a photo of a city."""
    if not settings.PEXELS_API_KEY:
        return None
    return _ask("photos", lambda: _photo(city, state))


def weather_in(city: str, state: str) -> dict[str, Any] | None:
    """`description` in words and `temp` in degrees Fahrenheit, at most ten minutes old."""
    if not settings.OPEN_WEATHER_API_KEY:
        return None
    key = "weather:" + sha256(f"{city}\n{state}".encode()).hexdigest()
    known: list[dict[str, Any] | None] | None = cache.get(key)  # a list, as None means that it is not there
    if known is None:
        known = [_ask("weather", lambda: _weather(city, state))]
        cache.set(key, known, GOOD_FOR if not cache.get("failed:weather") else AFTER_A_FAILURE)
    return known[0]


def _photo(city: str, state: str) -> str | None:
    found = _get(PHOTOS, {"query": f"{city} {state}", "per_page": 1}, {"Authorization": settings.PEXELS_API_KEY})
    if not found["photos"]:
        return None
    url = str(found["photos"][0]["src"]["original"])
    if not url.startswith("https://") or len(url) > LONGEST_URL:
        raise ValueError("not the URL of a photo")
    return url


def _weather(city: str, state: str) -> dict[str, Any] | None:
    key = {"appid": settings.OPEN_WEATHER_API_KEY}
    places = _get(PLACES, {"q": f"{city},{state},US", "limit": 1, **key})
    if not places:
        return None
    now = _get(WEATHER, {"lat": places[0]["lat"], "lon": places[0]["lon"], "units": "imperial", **key})
    return {"description": str(now["weather"][0]["description"]), "temp": float(now["main"]["temp"])}


def _get(url: str, query: dict[str, Any], headers: dict[str, str] | None = None) -> Any:
    answer = requests.get(url, params=query, headers=headers, timeout=TIMEOUT)
    answer.raise_for_status()
    return answer.json()


def _ask(service: str, question: Callable[[], Answer]) -> Answer | None:
    if cache.get(f"failed:{service}"):
        return None
    try:
        return question()
    except (requests.RequestException, LookupError, TypeError, ValueError) as error:
        # The error's own words may hold the key that was sent: only its kind is logged.
        log.warning("no %s for now: %s", service, type(error).__name__)
        cache.set(f"failed:{service}", True, AFTER_A_FAILURE)
        return None
