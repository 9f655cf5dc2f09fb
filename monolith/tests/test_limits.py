"""Who guesses passwords, or floods what is open to everyone, must wait; and what a browser is told."""

import base64

import pytest
from rest_framework.test import APIClient
from samples import ADA

from web.throttling.models import Attempts

pytestmark = pytest.mark.django_db
WRONG = {"username": "ada", "password": "guess"}
RIGHT = {"username": "ada", "password": ADA["password"]}


def log_in(client, words, way="token"):
    if way == "basic":
        word = base64.b64encode(":".join(words.values()).encode()).decode()
        return client.get("/api/states/", headers={"authorization": f"Basic {word}"})
    path = {"token": "/api/token/", "session": "/api/auth/login/", "admin": "/admin/login/"}[way]
    return client.post(path, words, **({"format": "json"} if way == "token" else {"format": "multipart"}))


@pytest.mark.parametrize("way", ["token", "basic", "session", "admin"])
def test_after_ten_guesses_even_the_right_password_waits(browser, ada, way):
    for _ in range(10):
        assert log_in(browser, WRONG, way).status_code in (200, 400, 401)

    answer = log_in(browser, RIGHT, way)

    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert answer.json()["code"] == "too_many_log_ins"


def test_it_does_not_matter_whether_there_is_such_a_person(browser, ada):
    answers = [[log_in(browser, WRONG | {"username": name}).status_code for _ in range(12)] for name in ("ada", "eve")]

    assert answers[0] == answers[1] == [400] * 10 + [429] * 2


def test_who_tries_many_names_waits_as_well(browser, ada):
    statuses = [log_in(browser, WRONG | {"username": f"user{n}"}).status_code for n in range(61)]

    assert statuses == [400] * 60 + [429]


def test_a_right_password_counts_for_nothing(browser, ada):
    assert [log_in(browser, RIGHT).status_code for _ in range(70)] == [200] * 70


def test_the_next_minute_begins_anew(browser, ada):
    for _ in range(11):
        log_in(browser, WRONG)
    Attempts.objects.update(minute="2020-01-01T00:00:00Z")

    assert log_in(browser, RIGHT).status_code == 200


def sign_up(client, n):
    body = ADA | {"username": f"user{n}", "email": f"user{n}@example.com"}
    return client.post("/api/accounts/", body, format="json")


def test_open_writes_have_a_limit(browser, desk, settings):
    settings.OPEN_WRITES_PER_MINUTE = 3

    statuses = [sign_up(browser, n).status_code for n in range(5)]

    assert statuses == [201, 201, 201, 429, 429]
    assert sign_up(browser, 6).json()["code"] == "throttled"
    assert sign_up(desk, 7).status_code == 201


def test_course_programs_have_none(browser, settings):
    settings.OPEN_WRITES_PER_MINUTE = 1
    settings.COGO_OPEN_API = True

    assert [sign_up(browser, n).status_code for n in range(3)] == [201] * 3


def test_only_listed_origins_may_call(browser, settings):
    asked = {"access-control-request-method": "PUT", "access-control-request-headers": "content-type,if-match"}
    settings.CORS_ALLOWED_ORIGINS = ["http://localhost:3000"]

    ours = browser.options("/api/conferences/1/", headers={"origin": "http://localhost:3000", **asked})
    others = browser.options("/api/conferences/1/", headers={"origin": "http://evil.example", **asked})

    assert ours.headers["Access-Control-Allow-Origin"] == "http://localhost:3000"
    assert "PUT" in ours.headers["Access-Control-Allow-Methods"]
    assert "Access-Control-Allow-Credentials" not in ours.headers
    assert "Access-Control-Allow-Origin" not in others.headers


@pytest.mark.parametrize("path", ["/", "/api/", "/api/docs/", "/api/redoc/", "/admin/login/", "/api/nothing/"])
def test_a_page_may_load_nothing_of_others(path, db):
    answer = APIClient().get(path, headers={"accept": "text/html"})

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in policy  # so that of default-src holds: no inline script
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
