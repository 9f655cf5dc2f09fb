"""Photos and weather: nice to have, never in the way."""

import pytest
import requests
import responses
from django.db import connection

from events import acl
from events.models import Location

pytestmark = pytest.mark.django_db
PLACE = [{"lat": 37.7, "lon": -122.4}]
NOW = {"weather": [{"description": "clear sky"}], "main": {"temp": 61.2}}
PHOTO = {"photos": [{"src": {"original": "https://images.example.com/1.jpeg"}}]}
BROKEN = [
    {"status": 500},
    {"status": 401, "json": {"error": "bad key"}},
    {"status": 429},
    {"body": "<html>"},
    {"body": requests.Timeout()},
    {"body": requests.ConnectionError()},
    {"json": {}},
    {"json": None},
    {"json": 7},
    {"json": {"photos": [{}], "weather": [], "0": 1}},
]


@pytest.fixture
def web(settings):
    """Scripted answers of the world; a request that no test foresaw fails."""
    settings.PEXELS_API_KEY = settings.OPEN_WEATHER_API_KEY = "secret-key"
    with responses.RequestsMock(assert_all_requests_are_fired=False) as web:
        yield web


def weather(browser, conference):
    answer = browser.get(f"/api/conferences/{conference.pk}/")
    assert answer.status_code == 200
    return answer.json()["weather"]


def hall(**others):
    return {"name": "Moscone", "city": "San Francisco", "room_count": 3, "state": "CA", **others}


def test_the_weather_is_asked_for_once_in_ten_minutes(web, browser, conference):
    web.get(acl.PLACES, json=PLACE)
    web.get(acl.WEATHER, json=NOW)

    seen = [weather(browser, conference) for _ in range(3)]

    assert seen == [{"description": "clear sky", "temp": 61.2}] * 3
    assert [call.request.params for call in web.calls] == [
        {"q": "San Francisco,CA,US", "limit": "1", "appid": "secret-key"},
        {"lat": "37.7", "lon": "-122.4", "units": "imperial", "appid": "secret-key"},
    ]


@pytest.mark.parametrize("answer", BROKEN)
def test_weather_that_fails_is_null_and_is_left_alone_for_a_while(web, browser, conference, answer):
    web.get(acl.PLACES, **answer)

    assert [weather(browser, conference) for _ in range(3)] == [None] * 3
    assert len(web.calls) == 1


@pytest.mark.parametrize("answer", BROKEN)
def test_a_photo_that_fails_is_null_and_is_left_alone_for_a_while(web, desk, answer):
    web.get(acl.PHOTOS, **answer)

    urls = [desk.post("/api/locations/", hall(), format="json").json()["picture_url"] for _ in range(3)]

    assert urls == [None] * 3
    assert len(web.calls) == 1


def test_a_city_that_nobody_knows_does_not_stop_the_weather_of_others(web, browser, conference):
    web.get(acl.PLACES, json=[])
    assert weather(browser, conference) is None
    conference.location.city = "Boston"
    conference.location.save()
    web.replace(responses.GET, acl.PLACES, json=PLACE)
    web.get(acl.WEATHER, json=NOW)

    assert weather(browser, conference) == {"description": "clear sky", "temp": 61.2}


def test_a_city_without_a_photo_does_not_stop_the_photos_of_others(web, desk):
    web.get(acl.PHOTOS, json={"photos": []})
    web.get(acl.PHOTOS, json=PHOTO)

    urls = [desk.post("/api/locations/", hall(), format="json").json()["picture_url"] for _ in range(2)]

    assert urls == [None, "https://images.example.com/1.jpeg"]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://x.example.com/", "https://" + "x" * 500])
def test_what_is_not_the_url_of_a_photo_is_not_kept(web, desk, url):
    web.get(acl.PHOTOS, json={"photos": [{"src": {"original": url}}]})

    assert desk.post("/api/locations/", hall(), format="json").json()["picture_url"] is None


def test_another_city_gets_another_photo_and_another_name_does_not(web, desk, location):
    web.get(acl.PHOTOS, json=PHOTO)

    desk.put(f"/api/locations/{location.pk}/", {"name": "Hall", "city": "San Francisco"}, format="json")
    assert (len(web.calls), Location.objects.get().picture_url) == (0, None)

    desk.put(f"/api/locations/{location.pk}/", {"city": "Oakland"}, format="json")
    assert (len(web.calls), Location.objects.get().picture_url) == (1, "https://images.example.com/1.jpeg")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_no_transaction_waits_for_a_photo(web, desk, location):
    def look(_request):
        seen.append(connection.in_atomic_block)
        return 200, {}, "{}"

    seen: list[bool] = []
    web.add_callback(responses.GET, acl.PHOTOS, look)
    desk.put(f"/api/locations/{location.pk}/", {"city": "Oakland"}, format="json")

    assert seen == [False]


def test_lists_ask_nobody(web, browser, conference):
    for path in ("/api/conferences/", "/api/locations/", "/api/"):
        assert browser.get(path).status_code == 200

    assert len(web.calls) == 0


def test_without_a_key_nobody_is_asked(web, settings, browser, desk, conference):
    settings.PEXELS_API_KEY = settings.OPEN_WEATHER_API_KEY = ""

    assert weather(browser, conference) is None
    assert desk.post("/api/locations/", hall(), format="json").json()["picture_url"] is None
    assert len(web.calls) == 0


def test_a_failure_does_not_write_the_key_into_the_log(web, browser, conference, caplog):
    web.get(acl.PLACES, status=500)

    weather(browser, conference)

    assert "no weather for now: HTTPError" in caplog.text
    assert "secret-key" not in caplog.text
