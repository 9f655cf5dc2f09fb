"""Nobody becomes somebody else, nor stays who they were with a password of before."""

import threading

import pytest
from django.contrib.auth.models import Permission
from django.db import connection, transaction
from django.test import Client
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient
from samples import ADA, HALL, TALK

from accounts import actions
from accounts.models import Account
from accounts.refusals import LoggedInTooLate

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(db) -> Client:
    """Staff with every permission, who is no superuser."""
    account = Account.objects.create_user("carl", "carl@conference.go", "keeps-the-doors", is_staff=True)
    account.user_permissions.set(Permission.objects.all())
    client = Client()
    client.force_login(account)
    return client


def test_staff_cannot_change_a_superuser(clerk, organiser):
    for page in ("change", "password"):
        path = f"/admin/accounts/account/{organiser.pk}/{page}/"
        form = {
            "password1": "taken-over-1",
            "password2": "taken-over-1",
            "username": "olga",
            "email": "new@example.com",
        }

        assert clerk.post(path, form).status_code == 403

    organiser.refresh_from_db()
    assert (organiser.email, organiser.check_password("keeps-the-books")) == ("olga@conference.go", True)


def test_staff_cannot_make_themselves_superuser(clerk):
    own = Account.objects.get(username="carl")
    form = {"username": "carl", "email": own.email, "is_active": "on", "is_staff": "on", "is_superuser": "on"}

    clerk.post(
        f"/admin/accounts/account/{own.pk}/change/", form | {"date_joined_0": "2030-01-01", "date_joined_1": "9:00"}
    )

    own.refresh_from_db()
    assert not own.is_superuser


@pytest.mark.parametrize(
    "page", ["authtoken/tokenproxy/", "authtoken/tokenproxy/add/", "auth/group/", "auth/group/add/"]
)
def test_staff_neither_see_tokens_nor_give_rights(clerk, admin, page):
    assert clerk.get(f"/admin/{page}").status_code == 403
    assert admin.get(f"/admin/{page}").status_code == 200


@pytest.mark.parametrize("password", ["          ", "\t\t\t\t\t\t\t\t\t\t", "\u2003" * 12])
def test_a_password_of_spaces_is_refused(browser, password):
    answer = browser.post("/api/accounts/", ADA | {"password": password}, format="json")

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["password"])


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("change", [{"password": "another-engine"}, None])
def test_no_token_outlives_the_password_it_was_given_for(ada, change):
    """The log-in has seen the old password when the change begins; it is held there until the change is done."""
    seen = Account.objects.get(pk=ada.pk)
    begun, answers = threading.Event(), []

    def log_in():
        begun.set()
        try:
            answers.append(actions.give_token(seen))
        except LoggedInTooLate as refusal:
            answers.append(refusal)
        finally:
            connection.close()

    with transaction.atomic():
        if change:
            actions.change(ada.email, **change)
        else:
            actions.deactivate(ada.email)
        late = threading.Thread(target=log_in)
        late.start()
        begun.wait()
    late.join()

    assert [type(answer).__name__ for answer in answers] == ["LoggedInTooLate"]
    assert not Token.objects.exists()


@pytest.mark.parametrize("what", ["location", "conference", "presentation", "account"])
def test_what_was_changed_meanwhile_is_not_deleted(desk, location, presentation, ada, what):
    path, change = {
        "location": (f"/api/locations/{desk_location(desk)}/", {"name": "Hall 2"}),
        "conference": (f"/api/conferences/{presentation.conference_id}/", {"name": "Other"}),
        "presentation": (f"/api/presentations/{presentation.pk}/", {"title": "Other"}),
        "account": (f"/api/accounts/{ada.email}/", {"first_name": "Augusta"}),
    }[what]
    before = desk.get(path).headers["ETag"]
    now = desk.put(path, change, format="json").headers["ETag"]

    assert desk.delete(path, headers={"if-match": before}).status_code == 412
    assert desk.get(path).headers["ETag"] == now
    assert desk.delete(path, headers={"if-match": now}).status_code in (200, 204)


def desk_location(desk: APIClient) -> int:
    """A location where nothing takes place."""
    return int(desk.post("/api/locations/", HALL, format="json").json()["href"].rstrip("/").rsplit("/", 1)[1])


@pytest.mark.parametrize(
    ("proxies", "forwarded", "counted"),
    [
        (0, "9.9.9.{}", "the connection"),
        (1, "9.9.9.{}, 7.7.7.7", "the proxy's word"),
        (1, "9.9.9.{}", "each"),
        (2, "9.9.9.{}, 8.8.8.8, 7.7.7.7", "the proxy's word"),
        (2, "7.7.7.7", "the connection"),
        (1, "2001:db8::{}", "one network"),
    ],
)
def test_one_notion_of_the_clients_address(browser, settings, conference, proxies, forwarded, counted):
    settings.TRUSTED_PROXIES, settings.OPEN_WRITES_PER_MINUTE = proxies, 3
    path = f"/api/conferences/{conference.pk}/presentations/"

    writes = [
        browser.post(path, TALK, format="json", headers={"x-forwarded-for": forwarded.format(n)}).status_code
        for n in range(5)
    ]
    log_ins = [
        browser.post(
            "/api/token/",
            {"username": "ada", "password": "guess"},
            format="json",
            headers={"x-forwarded-for": forwarded.format(n)},
        ).status_code
        for n in range(12)
    ]

    if counted == "each":
        assert (writes, log_ins) == ([201] * 5, [400] * 12)
    else:
        assert (writes, log_ins) == ([201] * 3 + [429] * 2, [400] * 10 + [429] * 2)
