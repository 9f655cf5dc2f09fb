"""What no well-meaning client sends: each was answered by a failure of ours once, or could be."""

import json
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client
from rest_framework.test import APIClient
from samples import ADA, TALK, a_plan

from accounts.models import Account
from presentations import actions
from presentations.models import Presentation
from web.readable import readable

pytestmark = pytest.mark.django_db
UNDELIVERABLE = [
    '"a@b"@example.com', f"x@{'ä' * 60}.com", "ä@example.com", f"{'x' * 65}@example.com", "İ" * 64 + "@example.com",
    "a@[127.0.0.1]", "a@xn--a.com", "a@b..com", "ﬃ@example.com", f"a@{'.'.join(['ä' * 40] * 5)}.com", "a@ﷺ.com",
]  # fmt: skip


@pytest.mark.parametrize("address", UNDELIVERABLE)
def test_an_address_that_no_letter_reaches_is_refused_at_each_door(browser, admin, conference, address):
    sign_up = browser.post("/api/accounts/", ADA | {"email": address}, format="json")
    talks = f"/api/conferences/{conference.pk}/presentations/"
    offer = browser.post(talks, TALK | {"presenter_email": address}, format="json")
    form = admin.post(
        "/admin/presentations/presentation/add/", TALK | {"presenter_email": address, "conference": conference.pk}
    )

    assert (sign_up.status_code, list(sign_up.json()["errors"])) == (400, ["email"])
    assert (offer.status_code, list(offer.json()["errors"])) == (400, ["presenter_email"])
    assert form.context["errors"]
    assert not Presentation.objects.exists()


@pytest.mark.parametrize("address", ["ada@müller.example", "a.b+c@x.co", "o'neil@example.com"])
def test_an_address_that_letters_reach_stays_as_it_was_typed(browser, conference, address):
    answer = browser.post(
        f"/api/conferences/{conference.pk}/presentations/", TALK | {"presenter_email": address}, format="json"
    )

    assert (answer.status_code, answer.json()["presenter_email"]) == (201, address)


@pytest.mark.parametrize("address", ['"a@b"@example.com', '"a b"@example.com', "ä@example.com"])
def test_what_was_stored_before_can_be_decided(presentation, address):
    Presentation.objects.update(presenter_email=address)

    assert actions.approve(presentation.pk).status == "APPROVED"


@pytest.mark.parametrize("name", ["ﷺ" * 20, "ﬃ" * 60, "ŉ" * 150, "x" * 151])
def test_a_username_counts_as_it_is_stored(browser, name):
    answer = browser.post("/api/accounts/", ADA | {"username": name}, format="json")

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["username"])


@pytest.mark.parametrize("field", ["first_name", "last_name", "username"])
@pytest.mark.parametrize("text", ["İ" * 64, "ß" * 100, "ŉ" * 90, "\u0345" * 100])
def test_letters_that_grow_in_lower_case(browser, field, text):
    answer = browser.post("/api/accounts/", ADA | {field: text}, format="json")

    assert answer.status_code in (201, 400)


@pytest.mark.parametrize(
    "number", ["1e400", "-1e400", "[1e999]", '{"a": 1e400}', "9" * 5000, "1e308", "9223372036854775808"]
)
@pytest.mark.parametrize("field", ["location", "max_attendees", "name", "starts"])
def test_a_number_beyond_all(desk, conference, field, number):
    body = json.dumps(a_plan(conference.location_id) | {field: "HERE"}).replace('"HERE"', number)

    assert desk.post("/api/conferences/", body, content_type="application/json").status_code == 400


@pytest.mark.parametrize("path", ["/api/schema/", "/api/docs/", "/api/redoc/"])
@pytest.mark.parametrize("query", ["version=a%0Ab", "lang=a%0Ab", "format=json", "format=x", "script=1", ""])
@pytest.mark.parametrize("authorization", ["Service x", "Token x", "Basic x"])
@pytest.mark.parametrize("method", ["get", "options", "delete", "post"])
def test_pages_of_the_schema(browser, path, query, authorization, method):
    answer = getattr(browser, method)(f"{path}?{query}", headers={"authorization": authorization})

    assert answer.status_code in ((200, 404) if method == "get" else (404, 405))


@pytest.mark.parametrize(
    "query",
    [
        "starts__year=99999999999", "starts__year=-1", "starts__gte=99999-01-01", "id__in=99999999999999999999999",
        "q=%00",
        "location__state__id__exact=9999999999999999999999", "p=99999999999999999999999", "o=9999999999", "e=1",
        "starts__month=1e400", "name__regex=[", "id__range=1", "id__range=1,2,3", "starts__range=", "id__range=1,x",
    ],
)  # fmt: skip
def test_questions_of_admin_lists(admin, conference, query):
    answer = admin.get(f"/admin/events/conference/?{query}")

    assert answer.status_code in (200, 302, 400)


def test_a_form_of_a_session_with_an_idempotency_key(organiser, location):
    browser = APIClient(raise_request_exception=False, enforce_csrf_checks=True)
    browser.force_login(organiser)
    token = browser.get("/admin/").cookies["monolith_csrf"].value
    plan = a_plan(location.pk) | {"csrfmiddlewaretoken": token}

    answers = [
        browser.post("/api/conferences/", plan, format="multipart", headers={"idempotency-key": "once"})
        for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[1].headers["Idempotency-Replayed"] == "true"


CHARSETS = ["rot13", "hex", "zlib", "base64", "undefined", "punycode", "idna", "unicode_escape", "x", "a" * 300, "\xff"]


@pytest.mark.parametrize("charset", CHARSETS)
def test_a_charset_that_is_none(charset):
    assert status_of("a/b", charset, b"{}") == 415


@pytest.mark.parametrize("charset", ["utf-8", "UTF8", '"utf-8"', "latin-1", "utf-16", "us-ascii"])
def test_a_charset_that_is_one(charset):
    assert status_of("application/json", charset, b"{}") == 404


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize(
    ("charset", "body"), [("utf-32", b"a=1"), ("latin-1", b"a=%e4"), ("utf-8", b"a=1&" * 1200)], ids=str
)
def test_a_form_that_cannot_be_read(settings, debug, charset, body):
    settings.DEBUG = debug

    assert status_of("application/x-www-form-urlencoded", charset, body, "/admin/login/") == 400


def status_of(kind, charset, body, path="/api/nothing/"):
    """Django's own test client does not send what Django fails on."""
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": path, "QUERY_STRING": "a=b%ff", "SERVER_NAME": "localhost",
        "SERVER_PORT": "80", "CONTENT_TYPE": f"{kind}; charset={charset}", "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body), "wsgi.url_scheme": "http", "HTTP_COOKIE": f"monolith_csrf={'x' * 32}",
    }  # fmt: skip
    statuses = []
    list(readable(WSGIHandler())(environ, lambda status, _headers: statuses.append(int(status[:3]))))
    return statuses[0]


@pytest.mark.parametrize("path", ["/api/conferences/?search=", "/api/accounts/?search=", "/api/locations/?state="])
def test_a_text_to_look_for_has_a_length(desk, path):
    assert desk.get(path + "x" * 100).status_code == 200
    for text in ("x" * 101, "a," * 2000, "a+" * 2000):
        answer = desk.get(path + text)
        assert answer.status_code == 400
        assert answer.json()["errors"]
    assert desk.get(path + "a," * 30_000).status_code == 400


@pytest.mark.parametrize("path", ["/admin/events/conference/?q=", "/admin/accounts/account/?q="])
def test_a_search_in_the_admin_has_a_length_as_well(admin, path):
    assert admin.get(path + "a+" * 50).status_code == 200
    assert admin.get(path + "a+" * 51).status_code == 400


def test_an_address_is_checked_where_no_form_is(db):
    with pytest.raises(ValidationError):
        Account(**ADA | {"email": '"a@b"@example.com'}).full_clean()


def test_a_picker_of_the_admin_has_a_limit(admin: Client):
    query = "app_label=events&model_name=conference&field_name=location&term=" + "a+" * 60

    assert admin.get(f"/admin/autocomplete/?{query}").status_code == 400
