"""Whichever way an account is made or changed, the others hear of it; and of nothing that is none of their business."""

import json

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from samples import ADA, forget_published, published

from accounts.models import Account

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, int, bool]]:
    """Address, revision and whether it is open, of each account that others were told of."""
    return [(body["email"], body["revision"], body["is_active"]) for _, body in published()]


def test_createsuperuser(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "keeps-the-books")

    call_command("createsuperuser", "--noinput", username="root", email="Root@Conference.GO", verbosity=0)

    assert told() == [("root@conference.go", 1, True)]


def test_a_fixture_again_and_again(tmp_path):
    fields = {"username": "ada", "email": "Ada@Example.com", "password": "!", "first_name": "Ada"}
    fixture = tmp_path / "people.json"
    fixture.write_text(json.dumps([{"model": "accounts.account", "pk": 7, "fields": fields}]))

    call_command("loaddata", str(fixture), verbosity=0)
    call_command("loaddata", str(fixture), verbosity=0)

    assert told() == [("ada@example.com", 1, True), ("ada@example.com", 2, True)]
    assert Account.objects.get().revision == 2


def test_a_shell(ada):
    forget_published()
    ada.is_active = False

    ada.save(update_fields=["is_active"])

    assert told() == [("ada@example.com", 2, False)]
    assert Account.objects.get().revision == 2


def test_logging_in_is_nobodys_business(browser, ada):
    forget_published()

    assert browser.login(username="ada", password="difference-engine")

    assert (told(), Account.objects.get().revision) == ([], 1)


def test_an_account_that_is_not_stored_was_never_published():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        Account.objects.create_user(**ADA)
        assert len(published()) == 1
        1 / 0  # noqa: B018

    assert (Account.objects.count(), published()) == (0, [])


def test_the_database_itself_refuses_an_address_with_capitals(ada):
    with pytest.raises(IntegrityError, match="email_in_lower_case"), transaction.atomic():
        connection.cursor().execute("UPDATE accounts_account SET email = 'ADA@example.com'")
