import base64
from typing import NamedTuple

import pytest
from django.conf import settings as live
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient
from samples import ADA, HALL, TALK, a_plan

from accounts.models import Account

pytestmark = pytest.mark.django_db


class Act(NamedTuple):
    """A request, and what it is answered for nobody, Ada, an organiser and one of our services."""

    method: str
    path: str
    body: dict | None
    answers: tuple[int, int, int, int]


NEW = ADA | {"username": "new", "email": "new@example.com"}
ACTS = [
    Act("get", "/api/", None, (200, 200, 200, 200)),
    Act("get", "/api/states/", None, (200, 200, 200, 200)),
    Act("get", "/api/conferences/", None, (200, 200, 200, 200)),
    Act("post", "/api/conferences/", a_plan(0), (401, 403, 201, 401)),
    Act("get", "/api/conferences/{conference}/", None, (200, 200, 200, 200)),
    Act("put", "/api/conferences/{conference}/", {}, (401, 403, 200, 401)),
    Act("delete", "/api/conferences/{conference}/", None, (401, 403, 200, 401)),
    Act("get", "/api/locations/", None, (200, 200, 200, 200)),
    Act("post", "/api/locations/", HALL, (401, 403, 201, 401)),
    Act("get", "/api/locations/{location}/", None, (200, 200, 200, 200)),
    Act("put", "/api/locations/{location}/", {}, (401, 403, 200, 401)),
    Act("delete", "/api/locations/{location}/", None, (401, 403, 409, 401)),
    Act("get", "/api/conferences/{conference}/presentations/", None, (200, 200, 200, 200)),
    Act("post", "/api/conferences/{conference}/presentations/", TALK, (201, 201, 201, 201)),
    Act("get", "/api/presentations/{presentation}/", None, (200, 200, 200, 200)),
    Act("put", "/api/presentations/{presentation}/", {}, (401, 403, 200, 401)),
    Act("delete", "/api/presentations/{presentation}/", None, (401, 403, 200, 401)),
    Act("put", "/api/presentations/{presentation}/approval/", None, (401, 403, 200, 401)),
    Act("put", "/api/presentations/{presentation}/rejection/", None, (401, 403, 200, 401)),
    Act("get", "/api/accounts/", None, (401, 403, 200, 200)),
    Act("post", "/api/accounts/", NEW, (201, 201, 201, 201)),
    Act("get", "/api/accounts/ada@example.com/", None, (401, 200, 200, 401)),
    Act("put", "/api/accounts/ada@example.com/", {}, (401, 200, 200, 401)),
    Act("delete", "/api/accounts/ada@example.com/", None, (401, 204, 204, 401)),
    Act("get", "/api/accounts/olga@conference.go/", None, (401, 403, 200, 401)),
    Act("get", "/api/accounts/nobody@example.com/", None, (401, 403, 404, 401)),
]


def ask(client, act, presentation):
    conference = presentation.conference
    names = {"conference": conference.pk, "location": conference.location_id, "presentation": presentation.pk}
    body = act.body and {**act.body, **({"location": conference.location_id} if "location" in act.body else {})}
    return getattr(client, act.method)(act.path.format(**names), body, format="json")


def service():
    return APIClient(headers={"authorization": f"Service {live.SERVICE_TOKEN}"})


@pytest.mark.parametrize("act", ACTS, ids=lambda act: f"{act.method} {act.path}")
@pytest.mark.parametrize("who", range(4), ids=["nobody", "ada", "organiser", "service"])
def test_who_may_do_what(browser, ada_browser, desk, presentation, act, who):
    client = (browser, ada_browser, desk, service())[who]

    answer = ask(client, act, presentation)

    assert answer.status_code == act.answers[who]
    if answer.status_code == 401:
        assert answer.headers["WWW-Authenticate"] == "Token"
        assert "POST /api/token/" in answer.json()["message"]


@pytest.mark.parametrize("act", ACTS, ids=lambda act: f"{act.method} {act.path}")
def test_an_open_api_is_open_for_course_programs(browser, ada, organiser, presentation, settings, act):
    settings.COGO_OPEN_API = True

    answer = ask(browser, act, presentation)

    assert answer.status_code == act.answers[2]


def test_an_organiser_cannot_take_over_the_account_of_another(ada_browser, ada, organiser):
    ada.is_staff = True
    ada.save()

    for method, body in (("put", {"password": "taken-over-1234"}), ("delete", None)):
        answer = getattr(ada_browser, method)("/api/accounts/olga@conference.go/", body, format="json")
        assert answer.status_code == 403

    organiser.refresh_from_db()
    assert (organiser.is_active, organiser.check_password("keeps-the-books")) == (True, True)
    assert ada_browser.put("/api/accounts/ada@example.com/", {"first_name": "A"}, format="json").status_code == 200


def test_a_token_logs_in_until_it_is_revoked(browser, ada):
    token = browser.post("/api/token/", {"username": "ada", "password": "difference-engine"}, format="json").json()
    with_token = APIClient(headers={"authorization": f"Token {token['token']}"})

    assert with_token.get("/api/accounts/ada@example.com/").status_code == 200
    assert with_token.delete("/api/token/").status_code == 204
    assert with_token.get("/api/accounts/ada@example.com/").status_code == 401


def test_only_a_token_can_be_revoked(ada_browser, browser):
    assert [client.delete("/api/token/").status_code for client in (ada_browser, browser)] == [401, 401]


def test_basic_and_session_log_in_as_well(browser, ada):
    word = base64.b64encode(b"ada:difference-engine").decode()
    assert (
        APIClient(headers={"authorization": f"Basic {word}"}).get("/api/accounts/ada@example.com/").status_code == 200
    )

    browser.post("/api/auth/login/", {"username": "ada", "password": "difference-engine"})
    assert browser.get("/api/accounts/ada@example.com/").status_code == 200


def test_a_session_cannot_be_made_to_write_by_another_site(organiser, conference):
    browser = APIClient(enforce_csrf_checks=True)
    browser.force_login(organiser)

    answer = browser.delete(f"/api/conferences/{conference.pk}/")

    assert (answer.status_code, "CSRF" in answer.json()["message"]) == (403, True)


def test_a_closed_account_cannot_log_in_and_its_token_is_gone(browser, desk, ada):
    token = Token.objects.create(user=ada)

    desk.delete("/api/accounts/ada@example.com/")

    with_token = APIClient(headers={"authorization": f"Token {token.key}"})
    log_in = browser.post("/api/token/", {"username": "ada", "password": "difference-engine"}, format="json")
    assert (with_token.get("/api/states/").status_code, log_in.status_code) == (401, 400)
    assert Token.objects.count() == 0


def test_another_password_revokes_the_token(ada_browser, ada):
    Token.objects.create(user=ada)

    ada_browser.put("/api/accounts/ada@example.com/", {"password": "analytical-engine"}, format="json")

    assert Account.objects.get().check_password("analytical-engine")
    assert Token.objects.count() == 0


def test_other_names_leave_the_token_as_it_is(ada_browser, ada):
    Token.objects.create(user=ada)

    ada_browser.put("/api/accounts/ada@example.com/", {"first_name": "Augusta"}, format="json")

    assert Token.objects.count() == 1


@pytest.mark.parametrize(
    "header", ["Service wrong", "Service", "Token wrong", "Token", "Basic wrong", "Basic YQBiOmM="]
)
def test_a_wrong_log_in_is_401_also_where_none_is_needed(browser, header):
    answer = browser.get("/api/conferences/", headers={"authorization": header})

    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Token")
    assert answer.json()["message"]
