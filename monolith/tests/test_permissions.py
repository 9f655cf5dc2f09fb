import base64

import pytest
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from accounts.models import Account

pytestmark = pytest.mark.django_db


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
