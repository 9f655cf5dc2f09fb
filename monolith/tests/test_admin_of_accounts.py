import pytest
from rest_framework.authtoken.models import Token
from samples import forget_published, published

from accounts.models import Account

pytestmark = pytest.mark.django_db


def test_an_account_added_here_is_published(admin):
    form = {
        "username": "new", "email": "New@Example.com", "usable_password": "true",
        "password1": "difference-engine", "password2": "difference-engine",
    }  # fmt: skip

    admin.post("/admin/accounts/account/add/", form)

    assert [(body["email"], body["revision"]) for _, body in published()] == [("new@example.com", 1)]


def test_an_address_that_differs_in_capitals_only_is_taken_here_too(admin, ada):
    form = {
        "username": "new", "email": "ADA@example.com", "usable_password": "true",
        "password1": "difference-engine", "password2": "difference-engine",
    }  # fmt: skip
    forget_published()

    page = admin.post("/admin/accounts/account/add/", form).content.decode()

    assert "already exists" in page
    assert published() == []


def test_an_account_closed_here_is_published_and_has_no_token_any_more(admin, ada):
    Token.objects.create(user=ada)
    forget_published()
    form = {
        "username": "ada", "email": "ada@example.com", "first_name": "Ada", "last_name": "Lovelace",
        "date_joined_0": "2026-01-01", "date_joined_1": "00:00",
    }  # fmt: skip

    admin.post(f"/admin/accounts/account/{ada.pk}/change/", form)

    assert [(body["email"], body["is_active"], body["revision"]) for _, body in published()] == [
        ("ada@example.com", False, 2)
    ]
    assert Token.objects.count() == 0


def test_a_password_set_here_revokes_the_token(admin, ada):
    Token.objects.create(user=ada)
    form = {"usable_password": "true", "password1": "analytical-engine", "password2": "analytical-engine"}

    admin.post(f"/admin/accounts/account/{ada.pk}/password/", form)

    assert Account.objects.get(pk=ada.pk).check_password("analytical-engine")
    assert Token.objects.count() == 0


def test_accounts_are_not_deleted(admin, ada):
    assert admin.post(f"/admin/accounts/account/{ada.pk}/delete/", {"post": "yes"}).status_code == 403
