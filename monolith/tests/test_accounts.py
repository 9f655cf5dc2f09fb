import pytest
from samples import ADA, forget_published, published

from accounts.models import Account

pytestmark = pytest.mark.django_db


def row(account):
    return {
        "href": f"/api/accounts/{account.email}/",
        "email": account.email,
        "first_name": account.first_name,
        "last_name": account.last_name,
        "is_active": account.is_active,
        "updated": account.updated.isoformat().replace("+00:00", "Z"),
        "revision": account.revision,
    }


def body_of(account):
    return {
        "email": account.email,
        "first_name": account.first_name,
        "last_name": account.last_name,
        "is_active": account.is_active,
        "updated": account.updated.isoformat(),
        "revision": account.revision,
    }


def test_anyone_may_sign_up_and_everyone_is_told(browser):
    answer = browser.post("/api/accounts/", ADA, format="json")

    ada = Account.objects.get()
    assert (answer.status_code, answer.json()) == (201, row(ada))
    assert ada.check_password("difference-engine")
    assert (ada.is_active, ada.is_staff, ada.is_superuser, ada.revision) == (True, False, False, 1)
    assert published() == [("account.changed", body_of(ada))]


def test_nobody_becomes_an_organiser_by_signing_up(browser):
    browser.post("/api/accounts/", ADA | {"is_staff": True, "is_superuser": True}, format="json")

    assert Account.objects.filter(is_staff=True).count() == 0


def test_what_is_missing_is_listed(browser):
    answer = browser.post("/api/accounts/", {"email": "ada@example.com", "password": "difference-engine"}, "json")

    assert answer.status_code == 400
    assert answer.json()["message"] == "missing properties"
    assert answer.json()["properties"] == ["username", "first_name", "last_name"]


@pytest.mark.parametrize("same", [{"email": "ada@example.com"}, {"email": "ADA@Example.COM"}, {"username": "ada"}])
def test_a_taken_address_or_username_is_a_conflict_and_the_answer_does_not_say_which(browser, ada, same):
    forget_published()
    other = ADA | {"username": "other", "email": "other@example.com"} | same

    answer = browser.post("/api/accounts/", other, format="json")

    assert (answer.status_code, answer.json()) == (
        409,
        {
            "message": "This e-mail address or username is taken; choose another.",
            "code": "account_taken",
            "errors": {},
        },
    )
    assert (Account.objects.count(), published()) == (1, [])


def test_the_address_of_a_closed_account_stays_taken(browser, desk, ada):
    desk.delete("/api/accounts/ada@example.com/")

    assert browser.post("/api/accounts/", ADA | {"username": "other"}, format="json").status_code == 409


@pytest.mark.parametrize("password", ["short", "password123", "lovelace", "ada@example.com"])
def test_a_bad_password_is_refused(browser, password):
    answer = browser.post("/api/accounts/", ADA | {"password": password}, format="json")

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["password"])
    assert Account.objects.count() == 0


def test_a_changed_password_is_compared_with_what_is_known_of_the_person(ada_browser):
    answer = ada_browser.put("/api/accounts/ada@example.com/", {"password": "lovelace"}, format="json")

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["password"])


def test_an_address_is_the_same_however_it_is_typed(ada_browser, browser):
    browser.post("/api/accounts/", ADA | {"username": "b", "email": "B@Example.COM"}, format="json")

    assert Account.objects.get(username="b").email == "b@example.com"
    assert ada_browser.get("/api/accounts/ADA@Example.com/").json()["email"] == "ada@example.com"


def test_an_address_may_have_any_sign_in_it_that_addresses_may_have(desk):
    account = Account.objects.create_user("q", "a/b#c?d%20+e@example.com", "x")

    assert desk.get(account.href).json()["email"] == "a/b#c?d%20+e@example.com"


def test_the_list_has_closed_accounts_as_well_and_what_a_copy_needs(desk, organiser, ada):
    desk.delete("/api/accounts/ada@example.com/")

    ada.refresh_from_db()
    rows = desk.get("/api/accounts/").json()["accounts"]
    assert rows == [row(organiser), row(ada)]
    assert (rows[1]["is_active"], rows[1]["revision"]) == (False, 2)
    assert list(rows[0])[:5] == ["href", "email", "first_name", "last_name", "is_active"]


def test_a_person_sees_their_own_account(ada_browser, ada):
    assert ada_browser.get("/api/accounts/ada@example.com/").json() == row(ada)


def test_a_person_changes_their_names_but_neither_address_nor_username(ada_browser, ada):
    forget_published()
    change = {"first_name": "Augusta", "email": "new@example.com", "username": "new", "is_staff": True}

    answer = ada_browser.put("/api/accounts/ada@example.com/", change, format="json")

    changed = Account.objects.get()
    assert (answer.status_code, answer.json()) == (200, row(changed))
    assert (changed.first_name, changed.last_name, changed.revision) == ("Augusta", "Lovelace", 2)
    assert (changed.email, changed.username, changed.is_staff) == ("ada@example.com", "ada", False)
    assert published() == [("account.changed", body_of(changed))]


def test_whoever_leaves_is_deactivated_and_everyone_is_told(ada_browser, ada):
    forget_published()

    answer = ada_browser.delete("/api/accounts/ada@example.com/")

    closed = Account.objects.get()
    assert (answer.status_code, answer.content) == (204, b"")
    assert (closed.is_active, closed.revision) == (False, 2)
    assert published() == [("account.changed", body_of(closed))]


def test_leaving_twice_is_told_once(desk, ada):
    forget_published()

    answers = [desk.delete("/api/accounts/ada@example.com/").status_code for _ in range(2)]

    assert (answers, len(published())) == ([204, 204], 1)


def test_an_unknown_account_is_not_found(desk):
    answers = {method: getattr(desk, method)("/api/accounts/x@example.com/") for method in ("get", "put", "delete")}

    assert {method: answer.status_code for method, answer in answers.items()} == {"get": 404, "put": 404, "delete": 404}
    assert answers["get"].json()["message"] == "There is no such account."
