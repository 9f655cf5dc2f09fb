import re
from collections import Counter

import pytest
from django.core.management import call_command
from samples import published

from accounts.models import Account
from events.models import Conference, Location
from presentations.models import Presentation

pytestmark = pytest.mark.django_db


@pytest.fixture
def seed(capsys, django_capture_on_commit_callbacks):
    def run() -> str:
        with django_capture_on_commit_callbacks(execute=True):
            call_command("seed")
        return capsys.readouterr().out

    return run


def counts():
    return [model.objects.count() for model in (Account, Location, Conference, Presentation)]


def test_it_adds_an_organiser_and_examples(seed):
    seed()

    organiser = Account.objects.get(username="organiser")
    assert counts() == [1 + 6, 4, 3, 12]
    assert Counter(Presentation.objects.values_list("status", flat=True)) == {
        "SUBMITTED": 6,
        "APPROVED": 3,
        "REJECTED": 3,
    }
    assert (organiser.email, organiser.is_staff, organiser.is_superuser) == ("organiser@conference.go", True, True)


def test_everything_in_it_is_published_as_if_somebody_had_done_it(seed):
    seed()

    assert Counter(type_ for type_, _ in published()) == {
        "account.changed": 7,
        "conference.changed": 3,
        "presentation.approved": 3,
        "presentation.rejected": 3,
    }


def test_again_and_nothing_happens(seed):
    first = seed()
    before = (counts(), published())

    again = seed()

    assert (counts(), published()) == before
    assert ("password" in first, "password" in again) == (True, False)


def test_a_generated_password_is_printed_and_logs_in(seed, settings, browser):
    settings.ORGANISER_PASSWORD = ""

    password = re.search(r"with the password (\S+) ", seed())[1]

    assert browser.login(username="organiser", password=password)


def test_a_given_password_is_not_printed_and_logs_in(seed, settings, browser):
    settings.ORGANISER_PASSWORD = "given-by-hand"

    assert "given-by-hand" not in seed()
    assert browser.login(username="organiser", password="given-by-hand")


def test_nobody_can_log_in_as_an_example(seed):
    seed()

    assert [each.has_usable_password() for each in Account.objects.exclude(username="organiser")] == [False] * 6


def test_a_seed_that_fails_leaves_nothing_behind(seed, monkeypatch):
    monkeypatch.setattr("conference_go.management.commands.seed.TALKS", ["x" * 201])

    with pytest.raises(Exception, match="too long"):
        seed()

    assert counts() == [0, 0, 0, 0]
